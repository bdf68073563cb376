/**
 * Figures of src/kube against a real API server: `node scripts/measure-kube.ts` (root, some minutes). Medians of several rounds;
 * each kind of list runs in a process of its own, so that its peak of memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Cluster } from '../src/kube/cluster.ts';
import { connect } from '../src/kube/connect.ts';
import { type KubeObject, refOf } from '../src/kube/object.ts';

const PODS = 5_000;
const LISTS = {
  'v1/Pod, 500 a page': { pageSize: 500 },
  'v1/Pod, 1000 a page': { pageSize: 1000 },
  'v1/Pod, unpaged': { pageSize: 0 },
  'v1/Pod, metadata alone, 500 a page': { pageSize: 500, metadataOnly: true },
} as const;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0;

/** A pod of about the size that real ones have (2.5 kB). */
function pod(index: number): KubeObject {
  const env = Array.from({ length: 12 }, (_, n) => ({
    name: `SETTING_${n}`,
    value: `value of setting ${n} of pod ${index}`,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace: 'default', labels: { app: `app-${index % 100}` } },
    spec: {
      automountServiceAccountToken: false,
      containers: [
        { name: 'main', image: 'registry.example/team/app:1.2.3', env, resources: { requests: { cpu: '1' } } },
      ],
    },
  };
}

async function inParallel(count: number, width: number, work: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return (performance.now() - began) / 1000;
}

/** In a process of its own: one list, its seconds and this process's peak of memory. */
async function oneList(kubeconfig: string, name: keyof typeof LISTS): Promise<void> {
  const cluster = await connect({ kubeconfig });
  await cluster.resources();
  const idle = process.resourceUsage().maxRSS / 1024;
  const began = performance.now();
  let count = 0;
  for await (const _ of cluster.list('v1/Pod', LISTS[name])) count += 1;
  const seconds = (performance.now() - began) / 1000;
  console.log(
    JSON.stringify({
      count,
      seconds,
      idle,
      peak: process.resourceUsage().maxRSS / 1024,
      bytes: cluster.stats.received,
    }),
  );
  await cluster.close();
}

async function watchLatency(cluster: Cluster): Promise<number[]> {
  const latencies: number[] = [];
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'ticker', namespace: 'default' },
  };
  const made = await cluster.create(object);
  const watch = cluster.watch('v1/ConfigMap', { namespace: 'default', fields: 'metadata.name=ticker' });
  await watch.synced();
  const sent = new Map<string, number>();
  const reading = (async () => {
    for await (const event of watch) {
      if (!('object' in event) || event.source !== 'watch') continue;
      const tick = (event.object['data'] as { tick?: string }).tick ?? '';
      latencies.push(performance.now() - (sent.get(tick) ?? Number.NaN));
      if (latencies.length === 300) return;
    }
  })();
  for (let tick = 0; tick < 300; tick += 1) {
    sent.set(String(tick), performance.now());
    await cluster.patch(refOf(made), { data: { tick: String(tick) } });
  }
  await reading;
  return latencies;
}

async function measure(): Promise<void> {
  const { LoneApiServer } = await import('../test/lone-api-server.ts');
  await using api = await LoneApiServer.start();
  const kubeconfig = await api.kubeconfigFor('admin', ['system:masters']);
  const cluster = await connect({ kubeconfig });
  await cluster.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  });
  const say = (what: string, figure: string): void => console.log(`${what.padEnd(52)} ${figure}`);

  const created = await inParallel(PODS, 16, (index) => cluster.create(pod(index)));
  say(`create ${PODS} pods, 16 at once`, `${(PODS / created).toFixed(0)} requests/s`);
  const gets = await inParallel(5_000, 16, (index) => cluster.get(refOf(pod(index % PODS))));
  say('get 5000 pods, 16 at once', `${(5_000 / gets).toFixed(0)} requests/s`);
  const serial = await inParallel(1_000, 1, (index) => cluster.get(refOf(pod(index))));
  say('get 1000 pods, one after the other', `${serial.toFixed(2)} ms each`);

  const results = new Map<string, { seconds: number[]; idle: number; peak: number[]; bytes: number }>();
  for (let round = 0; round < 5; round += 1) {
    // A quiet resource's pages come from etcd and not from the watch cache: write one object first.
    await cluster.patch(refOf(pod(0)), { metadata: { labels: { round: String(round) } } });
    for (const name of Object.keys(LISTS)) {
      const child = spawnSync(process.execPath, [import.meta.filename, '--kubeconfig', kubeconfig, '--list', name], {
        encoding: 'utf8',
      });
      if (child.status !== 0) throw new Error(child.stderr);
      const got = JSON.parse(child.stdout) as {
        count: number;
        seconds: number;
        idle: number;
        peak: number;
        bytes: number;
      };
      if (got.count !== PODS) throw new Error(`${name}: ${got.count} objects`);
      const sum = results.get(name) ?? { seconds: [], idle: got.idle, peak: [], bytes: got.bytes };
      sum.seconds.push(got.seconds);
      sum.peak.push(got.peak);
      results.set(name, sum);
    }
  }
  for (const [name, { seconds, idle, peak, bytes }] of results) {
    say(
      `list ${PODS}: ${name}`,
      `${median(seconds).toFixed(2)} s, peak RSS ${median(peak).toFixed(0)} MB (before it ${idle.toFixed(0)}), ${(bytes / 1e6).toFixed(1)} MB`,
    );
  }

  const latencies = await watchLatency(cluster);
  say(
    'watch: from sending a write to its event',
    `median ${median(latencies).toFixed(1)} ms, 95 % ${quantile(latencies, 0.95).toFixed(1)} ms`,
  );

  const watch = cluster.watch('v1/Pod', { namespace: 'default' });
  const began = performance.now();
  await watch.synced();
  say(`watch: first picture of ${PODS} pods`, `${((performance.now() - began) / 1000).toFixed(2)} s`);
  watch.close();
  say('load of the machine (1 min)', (await import('node:os')).loadavg()[0]?.toFixed(1) ?? '');
  await cluster.close();
}

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, list: { type: 'string' } } });
if (values.list !== undefined) await oneList(values.kubeconfig ?? '', values.list as keyof typeof LISTS);
else await measure();
