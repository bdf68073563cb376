import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { statusText } from '../../../src/cli/lab/status-text.ts';
import { TABLES } from '../../../src/inventory/tables.ts';
import { takeInventory } from '../../../src/inventory/take-inventory.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { run } from '../../box/run.ts';
import { labStatus } from '../../status/lab-status.ts';
import { onNode } from '../testing/probe-pod.ts';
import { TestLab } from '../testing/test-lab.ts';

const NODES = ['nvidia-plugin', 'nvidia-time-slicing', 'nvidia-dra', 'intel-plugin'] as const;
type Name = (typeof NODES)[number];
const NAMESPACE = 'setups';

/** Vendors' own programs on one lab, a node for each; on a machine without a GPU. */
describe('accelerator set-ups of vendors', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await TestLab.up(
      'test-setups',
      NODES.map((setup) => ({ name: setup, accelerators: 2, setup })),
    );
    await lab.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  });
  afterAll(async () => {
    await lab.down();
  });

  it('come up with what each offers: discover tells unit, devices and free ones per node', async () => {
    const { accelerators, simulated, nodes } = await takeInventory(lab.cluster, TABLES);
    const told = accelerators.map(({ node, mode, name, vendor, usable, free }) => [
      node,
      mode,
      name,
      vendor,
      usable,
      free,
    ]);
    expect(told.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['intel-plugin', 'device-plugin', 'gpu.intel.com/i915', 'intel', 2, 2],
      ['nvidia-dra', 'dra', 'gpu.nvidia.com', 'nvidia', 2, 2],
      ['nvidia-plugin', 'device-plugin', 'nvidia.com/gpu', 'nvidia', 2, 2],
      ['nvidia-time-slicing', 'device-plugin', 'nvidia.com/gpu', 'nvidia', 8, 8],
    ]);
    // Nothing in the resources' names says that they are loop devices.
    expect(simulated).toBe(true);
    const labels = (name: Name): Record<string, string> => nodes.find((node) => node.name === name)?.labels ?? {};
    expect(labels('nvidia-plugin')).toMatchObject({
      'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3',
      'nvidia.com/gpu.count': '2',
      'nvidia.com/gpu.replicas': '1',
      'nvidia.com/cuda.driver-version.full': '580.65.06',
    });
    expect(labels('nvidia-time-slicing')).toMatchObject({
      'nvidia.com/gpu.product': 'NVIDIA-A10-SHARED',
      'nvidia.com/gpu.count': '2',
      'nvidia.com/gpu.replicas': '4',
      'nvidia.com/gpu.sharing-strategy': 'time-slicing',
    });
  });

  it('are named by lab status, with what is not as published', async () => {
    const text = statusText(await labStatus(lab.name));
    expect(text).toMatch(/^ {2}nvidia-plugin .*Ready, 2 accelerators \(nvidia-plugin\),/m);
    expect(text).toMatch(/^ {2}nvidia-dra .*Ready, 2 accelerators \(nvidia-dra, one check relaxed\),/m);
  });

  it('give a container what it asked for by the vendor’s own way, and the others stay shut', async () => {
    const plugin = await seen(lab, 'nvidia-plugin', { resource: 'nvidia.com/gpu' });
    expect(plugin.nodes).toEqual([expect.stringMatching(/^\/dev\/nvidia[01]$/), '/dev/nvidia-uvm', '/dev/nvidiactl']);
    expect(plugin.open).toBe(1);
    expect(plugin.variables).toMatch(/^NVIDIA_VISIBLE_DEVICES=GPU-/m);
    const dra = await seen(lab, 'nvidia-dra', { claim: 'gpu.nvidia.com' });
    expect(dra.nodes).toEqual([expect.stringMatching(/^\/dev\/nvidia[01]$/), '/dev/nvidia-uvm', '/dev/nvidiactl']);
    expect(dra.open).toBe(1);
    const intel = await seen(lab, 'intel-plugin', { resource: 'gpu.intel.com/i915' });
    expect(intel.nodes).toEqual([
      expect.stringMatching(/^\/dev\/dri\/card[01]$/),
      expect.stringMatching(/^\/dev\/dri\/renderD12[89]$/),
    ]);
    expect(intel.open).toBe(1);
    const shared = await seen(lab, 'nvidia-time-slicing', { resource: 'nvidia.com/gpu', count: 2 });
    expect(shared.open).toBeGreaterThan(0);
  });

  it('register anew with a kubelet that starts again', async () => {
    const boot = await offered(lab, 'nvidia-plugin', 'nvidia.com/gpu', '2');
    expect(boot).toBe('2');
    lab.kill('nvidia-plugin', 'kubelet');
    lab.kill('intel-plugin', 'kubelet');
    expect(await registeredAgain(lab, 'nvidia-plugin', 'nvidia.com/gpu')).toBe(1);
    expect(await registeredAgain(lab, 'intel-plugin', 'gpu.intel.com/i915')).toBe(1);
  });

  it('come back after a program has ended', async () => {
    lab.kill('nvidia-plugin', 'nvidia-device-plugin');
    expect(await registeredAgain(lab, 'nvidia-plugin', 'nvidia.com/gpu')).toBe(1);
  });

  it('tell of a device that is lost while they run: one less can be allocated', async () => {
    const [, second] = lab.record('nvidia-plugin').accelerators;
    await run(['losetup', '--detach', `/dev/loop${second?.loop}`]);
    await expect(offered(lab, 'nvidia-plugin', 'nvidia.com/gpu', '1')).resolves.toBe('1');
  });
});

/** What a container with one accelerator of the node sees. `open`: of the vendor's devices on this node, how many it can open. */
interface Seen {
  readonly nodes: readonly string[];
  readonly open: number;
  readonly variables: string;
}

/** A pod's name is its own: the one before may still be going. */
let count = 0;

async function seen(
  lab: TestLab,
  node: Name,
  ask: { readonly resource: string; readonly count?: number } | { readonly claim: string },
): Promise<Seen> {
  const numbers = lab.record(node).accelerators.map(({ major, minor }) => `${major} ${minor}`);
  const script = `find /dev/dri /dev/nvidia* ! -type d 2>/dev/null | sort | sed 's/^/node /'
env | grep '^NVIDIA_' | sed 's/^/env /'
${numbers.map((number) => `rm -f /tmp/n; mknod /tmp/n b ${number}; ( exec 3<>/tmp/n ) 2>/dev/null && echo open`).join('\n')}
echo end; exec sleep 3600`;
  count += 1;
  const name = `on-${node}-${count}`;
  const limits = 'resource' in ask ? { [ask.resource]: String(ask.count ?? 1) } : {};
  if ('claim' in ask) {
    await lab.cluster.create({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name, namespace: NAMESPACE },
      spec: { devices: { requests: [{ name: 'one', exactly: { deviceClassName: ask.claim } }] } },
    });
  }
  await lab.cluster.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      affinity: onNode(node),
      ...('claim' in ask ? { resourceClaims: [{ name: 'one', resourceClaimName: name }] } : {}),
      containers: [
        {
          name: 'probe',
          image: 'busybox',
          command: ['sh', '-c', script],
          resources: { limits, ...('claim' in ask ? { claims: [{ name: 'one' }] } : {}) },
        },
      ],
    },
  });
  await lab.until(
    { kind: 'v1/Pod', namespace: NAMESPACE, name },
    ({ status }) => {
      const { phase, message } = status as { phase?: string; message?: string };
      if (phase === 'Failed') throw new Error(`the pod was refused: ${message}`);
      return phase === 'Running';
    },
    60_000,
  );
  const lines: string[] = [];
  const signal = AbortSignal.timeout(20_000);
  for await (const line of lab.cluster.followLogs({ namespace: NAMESPACE, name }, { container: 'probe', signal })) {
    if (line === 'end') break;
    lines.push(line);
  }
  await lab.removePods(NAMESPACE);
  const starting = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const order = (path: string): string => (/^\/dev\/nvidia\d/.test(path) ? ` ${path}` : path);
  return {
    nodes: starting('node').sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    open: lines.filter((line) => line === 'open').length,
    variables: starting('env').join('\n'),
  };
}

/** Waits until the node offers that many; gives what it offers then. */
async function offered(lab: TestLab, node: Name, resource: string, want: string): Promise<string | undefined> {
  const amount = ({ status }: KubeObject): string | undefined =>
    (status as { allocatable?: Record<string, string> }).allocatable?.[resource];
  return amount(await lab.until({ kind: 'v1/Node', name: node }, (object) => amount(object) === want, 60_000));
}

/**
 * How many devices a new pod can open: whether a program has registered again is not seen in the amounts, which may not have changed
 * meanwhile. Until it has, the kubelet refuses pods.
 */
async function registeredAgain(lab: TestLab, node: Name, resource: string): Promise<number> {
  await offered(lab, node, resource, '2');
  const { open } = await vi.waitFor(() => seen(lab, node, { resource }), { timeout: 90_000, interval: 500 });
  return open;
}
