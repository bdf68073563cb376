import type { Exposition, Sample } from '../exposition/index.ts';

const BUSY = /util|usage|duty|activ|busy|occupancy/i;
const MEMORY = /mem|vram|hbm|dram|_fb_|framebuffer/i;
/** Of memory, but no amount of it. */
const NO_AMOUNT = /bandwidth|clock|freq|temp|error|ecc|throughput/i;
/** Programs that every exporter tells of itself, and exporters of other things. */
const OTHERS =
  /^(go|process|promhttp|python|jvm|node(?!_[gnx]pu)|container|kube|machine|cadvisor|apiserver|rest_client|workqueue|etcd|coredns|kubelet|system|scrape|http)_/;

/** May a series of this name be the utilisation of a device? */
export function looksLikeBusy(name: string): boolean {
  return BUSY.test(name) && !MEMORY.test(name) && isGauge(name);
}

/** May a series of this name be memory of a device? */
export function looksLikeMemory(name: string): boolean {
  return MEMORY.test(name) && !NO_AMOUNT.test(name) && isGauge(name);
}

/** What only ever grows, and what programs tell of themselves, is nothing of a device. */
function isGauge(name: string): boolean {
  return !OTHERS.test(name) && (!/_(total|count|sum|bucket|created|info)$/.test(name) || /mem.*_total$/i.test(name));
}

/**
 * Names of series that may be utilisation and memory of accelerators that no table knows: both kinds are there, and one label tells
 * apart at least as many things as there are devices.
 */
export function likelyDeviceSeries(exposition: Exposition, devices: number): string[] {
  const busy = exposition.samples.filter(({ name }) => looksLikeBusy(name));
  const memory = exposition.samples.filter(({ name }) => looksLikeMemory(name));
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
