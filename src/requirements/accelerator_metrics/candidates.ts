import type { Exposition, Sample } from '../../exposition/index.ts';

const BUSY = /util|usage|duty|active|busy/i;
const MEMORY = /mem|vram|hbm|_fb_/i;
/** Programs that every exporter tells of itself, and exporters of other things. */
const OTHERS =
  /^(go|process|promhttp|python|jvm|node|container|kube|machine|cadvisor|apiserver|rest_client|workqueue|etcd|coredns|kubelet)_/;

/**
 * Names of series that may be utilisation and memory of accelerators that no table knows: both kinds are there, and one label tells
 * apart at least as many things as there are devices.
 */
export function likelyDeviceSeries(exposition: Exposition, devices: number): string[] {
  // What only ever grows is no gauge.
  const own = exposition.samples.filter(({ name }) => !OTHERS.test(name) && !name.endsWith('_total'));
  const busy = own.filter(({ name }) => BUSY.test(name) && !MEMORY.test(name));
  const memory = own.filter(({ name }) => MEMORY.test(name));
  const names = (samples: readonly Sample[], label: string): string[] =>
    [...Map.groupBy(samples, ({ name }) => name)]
      .filter(([, series]) => new Set(series.flatMap(({ labels }) => labels[label] ?? [])).size >= devices)
      .map(([name]) => name);
  const labels = new Set(busy.flatMap((sample) => Object.keys(sample.labels)));
  for (const label of labels) {
    const [util, mem] = [names(busy, label), names(memory, label)];
    if (util.length > 0 && mem.length > 0) return [...util, ...mem];
  }
  return [];
}
