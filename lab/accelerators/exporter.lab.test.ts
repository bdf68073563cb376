import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { DRIVER_NAME, devicePath, RESOURCE_NAME } from './accelerator.ts';
import { driverVersion } from './driver-version.ts';
import { EXPORTER_NAMESPACE } from './exporter-objects.ts';
import { claimSpec, onNode } from './testing/probe-pod.ts';
import { TestLab } from './testing/test-lab.ts';

const MIB = 1024 ** 2;
const DAEMON_SET = { kind: 'apps/v1/DaemonSet', namespace: EXPORTER_NAMESPACE, name: 'accelerator-exporter' } as const;

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

let lab: TestLab;

beforeAll(async () => {
  lab = await TestLab.up('test-exporter', [
    { name: 'plugin', accelerators: 2, mode: 'device-plugin' },
    { name: 'dra', accelerators: 2, mode: 'dra' },
    { name: 'cpu' },
  ]);
  await lab.until(DAEMON_SET, ({ status }) => (status as { numberReady?: number }).numberReady === 2);
  await lab.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'load' } });
  await lab.cluster.create({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: { name: 'one', namespace: 'load' },
    spec: { spec: claimSpec() },
  });
});

afterAll(async () => {
  await lab.down();
});

it('runs on each node with accelerators and on no other, and is found like any exporter', async () => {
  const pods = await exporterPods();
  expect(Object.keys(pods).sort()).toEqual(['dra', 'plugin']);
  const answer = await lab.cluster.proxy({
    namespace: EXPORTER_NAMESPACE,
    service: 'accelerator-exporter',
    port: 'metrics',
    path: '/metrics',
  });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
});

it.each(['plugin', 'dra'])('tells of every idle device on node %s: free, cool, whole', async (node) => {
  const { accelerators } = lab.record(node);
  const series = await scrape(node);
  expect(new Set(series.map(key)).size).toBe(series.length);
  for (const accelerator of accelerators) {
    const of = (name: string): Series => only(series, name, accelerator.uuid);
    expect(of('hw_gpu_utilization_ratio').labels).toMatchObject({
      hw_id: accelerator.uuid,
      uuid: accelerator.uuid,
      hw_model: accelerator.model,
      hw_driver_version: driverVersion(),
      node,
      pod: '',
    });
    expect(of('hw_gpu_utilization_ratio').value).toBeLessThan(0.1);
    expect(of('hw_gpu_memory_usage_bytes').value).toBe(0);
    expect(of('hw_gpu_memory_limit_bytes').value).toBe(accelerator.memoryBytes);
    expect(of('hw_temperature_celsius').value).toBeLessThan(40);
  }
  expect(series.filter(({ name }) => name === 'hw_gpu_utilization_ratio')).toHaveLength(accelerators.length);
});

it.each(['plugin', 'dra'])(
  'shows a load on node %s: on its device alone, named by its pod, gone when it ends',
  async (node) => {
    // Of an attempt before: its pod would load a device too.
    await lab.removePods('load');
    const pod = loadPod(`burn-${node}`, node);
    await lab.cluster.create(pod);
    await lab.until(
      { kind: 'v1/Pod', namespace: 'load', name: `burn-${node}` },
      (object) => phase(object) === 'Running',
    );
    const busy = await until(node, (series) => {
      const held = series.find(({ name, labels }) => name === 'hw_gpu_utilization_ratio' && labels['pod'] !== '');
      return held !== undefined && held.value > 0.5 && memory(series, held) === 256 * MIB;
    });
    const held = busy.find(({ name, labels }) => name === 'hw_gpu_utilization_ratio' && labels['pod'] !== '');
    expect(held?.labels).toMatchObject({ namespace: 'load', pod: `burn-${node}`, container: 'burn' });
    const own = held?.labels['uuid'] ?? '';
    const other = lab.record(node).accelerators.find(({ uuid }) => uuid !== own)?.uuid ?? '';
    // Three scrapes in a row: it lasts, and the other device has nothing of it.
    let before = only(busy, 'plimsoll_accelerator_busy_seconds_total', own).value;
    for (let round = 0; round < 3; round += 1) {
      await delay(1500);
      const series = await scrape(node);
      expect(only(series, 'hw_gpu_utilization_ratio', own).value).toBeGreaterThan(0.5);
      expect(only(series, 'hw_gpu_utilization_ratio', other).value).toBeLessThan(0.1);
      expect(only(series, 'hw_gpu_memory_usage_bytes', other).value).toBe(0);
      const now = only(series, 'plimsoll_accelerator_busy_seconds_total', own).value;
      expect(now).toBeGreaterThan(before + 0.5);
      before = now;
    }
    const warm = only(await scrape(node), 'hw_temperature_celsius', own).value;
    expect(warm).toBeGreaterThan(only(busy, 'hw_temperature_celsius', other).value + 5);
    await lab.removePods('load');
    await until(
      node,
      (series) =>
        only(series, 'hw_gpu_utilization_ratio', own).value < 0.1 &&
        only(series, 'hw_gpu_memory_usage_bytes', own).value === 0 &&
        only(series, 'hw_gpu_memory_usage_bytes', own).labels['pod'] === '',
    );
  },
);

/** Writes 256 MiB over and over by two writers, and holds the device open all the while. */
function loadPod(name: string, node: string): KubeObject {
  const dra = node === 'dra';
  const write = 'dd if=/dev/zero of="$d" bs=1M count=128 oflag=direct conv=notrunc 2>/dev/null';
  const script = `d=$(echo ${devicePath({ index: 0 }).replace(/0$/, '')}*); exec 3<>"$d"
while :; do ${write}; done & while :; do ${write} seek=128; done`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'load' },
    spec: {
      terminationGracePeriodSeconds: 1,
      affinity: onNode(node),
      ...(dra ? { resourceClaims: [{ name: 'accelerator', resourceClaimTemplateName: 'one' }] } : {}),
      containers: [
        {
          name: 'burn',
          image: 'busybox',
          command: ['sh', '-c', script],
          resources: dra ? { claims: [{ name: 'accelerator' }] } : { limits: { [RESOURCE_NAME]: '1' } },
        },
      ],
    },
  };
}

/** The exporter's pods by node. */
async function exporterPods(): Promise<Record<string, string>> {
  const pods = await lab.cluster.list('v1/Pod', { namespace: EXPORTER_NAMESPACE }).all();
  return Object.fromEntries(
    pods.map((pod) => [(pod['spec'] as { nodeName: string }).nodeName, pod.metadata.name ?? '']),
  );
}

async function scrape(node: string): Promise<Series[]> {
  const pod = (await exporterPods())[node];
  if (!pod) throw new Error(`no exporter on ${node}`);
  const answer = await lab.cluster.proxy({ namespace: EXPORTER_NAMESPACE, pod, port: 9464, path: '/metrics' });
  if (answer.status !== 200) throw new Error(`the exporter on ${node} answered ${answer.status}: ${answer.text}`);
  return answer.text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const parts = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!parts) throw new Error(`not a sample: ${line}`);
      const labels = [...(parts[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
      return {
        name: parts[1] ?? '',
        labels: Object.fromEntries(labels) as Record<string, string>,
        value: Number(parts[3]),
      };
    });
}

/** Scrapes every half second until the answer is as wanted; the last answer stands in the error. */
async function until(node: string, wanted: (series: Series[]) => boolean, withinMs = 30_000): Promise<Series[]> {
  const end = Date.now() + withinMs;
  for (;;) {
    const series = await scrape(node);
    if (wanted(series)) return series;
    if (Date.now() > end)
      throw new Error(`not within ${withinMs / 1000} s: ${series.map((one) => `${key(one)} ${one.value}`).join('\n')}`);
    await delay(500);
  }
}

function only(series: readonly Series[], name: string, uuid: string): Series {
  const found = series.filter((one) => one.name === name && one.labels['uuid'] === uuid);
  const [one] = found;
  if (!one || found.length > 1) throw new Error(`${found.length} series ${name} of ${uuid}`);
  return one;
}

function memory(series: readonly Series[], { labels }: Series): number {
  return only(series, 'hw_gpu_memory_usage_bytes', labels['uuid'] ?? '').value;
}

function key({ name, labels }: Series): string {
  return `${name}${JSON.stringify(labels)}`;
}

function phase(pod: KubeObject): string | undefined {
  return (pod['status'] as { phase?: string }).phase;
}

it('knows the driver by the name that its DeviceClass has', async () => {
  const found = await lab.cluster.get({ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', name: DRIVER_NAME });
  expect(found['spec']).toEqual({ selectors: [{ cel: { expression: `device.driver == "${DRIVER_NAME}"` } }] });
});
