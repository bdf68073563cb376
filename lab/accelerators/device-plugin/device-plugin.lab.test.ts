import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { type Accelerator, devicePath, RESOURCE_NAME } from '../accelerator.ts';
import { memoryInUse } from '../device-memory.ts';
import { addLoop, backingFile, bindLoop, freeLoop } from '../loop-device.ts';
import { eventually } from '../testing/eventually.ts';
import { probe, probePod } from '../testing/probe-pod.ts';
import { TestLab } from '../testing/test-lab.ts';

const NODE = 'plugin';
const DENIED = 'Operation not permitted';

/** Numbers under which the kernel knows the device. */
const number = ({ major, minor }: Accelerator): string => `${major}:${minor}`;
const allocatable = (node: KubeObject): string | undefined =>
  (node['status'] as { allocatable?: Record<string, string> }).allocatable?.[RESOURCE_NAME];

describe('accelerators by device plugin, on a real kubelet', () => {
  let lab: TestLab;
  let devices: readonly Accelerator[];
  let first: Accelerator;
  let second: Accelerator;
  let namespace: string;
  let count = 0;

  const node = (want: string, withinMs?: number): Promise<KubeObject> =>
    lab.until({ kind: 'v1/Node', name: NODE }, (object) => allocatable(object) === want, withinMs);
  const ask = (name: string, more: object = {}) => ({ name, namespace, node: NODE, try: devices, ...more });

  beforeAll(async () => {
    lab = await TestLab.up('test-plugin', [{ name: NODE, accelerators: 2, mode: 'device-plugin' }]);
    devices = lab.record(NODE).accelerators;
    const [a, b] = devices;
    if (!a || !b) throw new Error('the lab has fewer than two accelerators');
    [first, second] = [a, b];
    await node('2');
  });

  afterAll(async () => {
    await lab.down();
  });

  beforeEach(async () => {
    if (namespace) await lab.removePods(namespace);
    count += 1;
    namespace = `test-${count}`;
    await lab.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  it('gives a pod exactly the device it asked for, and another pod the other one', async () => {
    const one = await probe(lab, ask('one', { devices: 1, stay: true }));
    expect(one).toEqual({
      nodes: [`${devicePath(first)} ${number(first)}`],
      made: { [number(first)]: 'open', [number(second)]: DENIED },
      environment: { PLIMSOLL_ACCELERATOR_0: first.uuid },
    });
    const other = await probe(lab, ask('other', { devices: 1 }));
    expect(other).toEqual({
      nodes: [`${devicePath(second)} ${number(second)}`],
      made: { [number(first)]: DENIED, [number(second)]: 'open' },
      environment: { PLIMSOLL_ACCELERATOR_1: second.uuid },
    });
  });

  it('gives nothing to a pod that asked for nothing, whatever its environment says', async () => {
    const environment = { PLIMSOLL_VISIBLE_DEVICES: 'all', NVIDIA_VISIBLE_DEVICES: 'all' };
    const holder = await probe(lab, ask('holder', { devices: 1, stay: true }));
    expect(Object.values(holder.made)).toContain('open');
    const nothing = await probe(lab, ask('nothing', { environment }));
    expect(nothing).toEqual({
      nodes: [],
      made: { [number(first)]: DENIED, [number(second)]: DENIED },
      environment: {},
    });
  });

  it('gives both to a pod that asks for both, and leaves one that asks for a third Pending', async () => {
    await lab.cluster.create(probePod(ask('three', { devices: 3 })));
    const pending = await lab.until(
      { kind: 'v1/Pod', namespace, name: 'three' },
      (pod) => condition(pod) !== undefined,
    );
    expect(condition(pending)).toMatch(/Insufficient lab\.plimsoll\.dev\/accelerator/);
    const both = await probe(lab, ask('both', { devices: 2 }));
    expect(both.nodes).toHaveLength(2);
    expect(both.made).toEqual({ [number(first)]: 'open', [number(second)]: 'open' });
  });

  it('keeps the memory for whoever holds the device open, and frees it when he has ended', async () => {
    const write = ask('writer', { devices: 1 });
    const pod = probePod(write);
    await run(
      pod,
      `dd if=/dev/zero bs=1M count=32 oflag=direct of=${devicePath(first)} && exec 3<${devicePath(first)} && sleep 8`,
    );
    await lab.until({ kind: 'v1/Pod', namespace, name: 'writer' }, (object) => phase(object) === 'Running');
    await eventually(async () => (await memoryInUse(first)) === 32 * 1024 ** 2, 'memory in use');
    expect(await memoryInUse(second)).toBe(0);
    // Held open for eight seconds: longer than an idle device may keep its memory.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await memoryInUse(first)).toBe(32 * 1024 ** 2);
    await lab.until({ kind: 'v1/Pod', namespace, name: 'writer' }, (object) => phase(object) === 'Succeeded');
    await eventually(async () => (await memoryInUse(first)) === 0, 'the freed memory', 10_000);
  });

  it('erases a device before the next pod gets it', async () => {
    const secret = probePod(ask('secret', { devices: 1 }));
    await run(secret, `yes secret | dd bs=1M count=1 iflag=fullblock oflag=direct of=${devicePath(first)}`);
    await lab.until({ kind: 'v1/Pod', namespace, name: 'secret' }, (object) => phase(object) === 'Succeeded');
    expect(await memoryInUse(first)).toBeGreaterThan(0);
    const thief = probePod(ask('thief', { devices: 1 }));
    await run(thief, `dd if=${devicePath(first)} bs=4k count=1 2>/dev/null | tr -d '\\000' | wc -c`);
    await lab.until({ kind: 'v1/Pod', namespace, name: 'thief' }, (object) => phase(object) === 'Succeeded');
    expect(await lab.cluster.logs({ namespace, name: 'thief' })).toBe('0\n');
  });

  it('goes on when the kubelet is restarted: the same pods keep their devices, new ones get theirs', async () => {
    const before = await probe(lab, ask('before', { devices: 1, stay: true }));
    const registrations = (): number => lab.log(NODE, 'device-plugin').split('registered lab.plimsoll.dev').length;
    const registered = registrations();
    lab.kill(NODE, 'kubelet');
    await eventually(async () => registrations() > registered, 'a new registration', 20_000);
    await node('2');
    const after = await probe(lab, ask('after', { devices: 1 }));
    const kept = await lab.cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'before' });
    expect(kept['status']).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0, ready: true }] });
    expect([before.nodes, after.nodes].flat().sort()).toEqual([
      `${devicePath(first)} ${number(first)}`,
      `${devicePath(second)} ${number(second)}`,
    ]);
  });

  it('is missed when it is killed (allocatable 0) and back a moment later', async () => {
    const zero = node('0');
    lab.kill(NODE, 'device-plugin');
    await zero;
    await node('2');
    expect((await probe(lab, ask('again', { devices: 1 }))).nodes).toHaveLength(1);
  });

  it('takes a device that lost its memory out of the offer, and back when it is whole again', async () => {
    await freeLoop(second.loop);
    await node('1', 15_000);
    expect(lab.log(NODE, 'device-plugin')).toContain(`${second.uuid} is unhealthy`);
    expect(await addLoop(second.loop)).toBe(true);
    await bindLoop(second.loop, second.file);
    expect(backingFile(second.loop)).toBe(second.file);
    await node('2', 15_000);
  });

  async function run(pod: KubeObject, script: string): Promise<void> {
    const { containers } = pod['spec'] as { containers: { command: string[] }[] };
    for (const container of containers) container.command = ['sh', '-c', script];
    await lab.cluster.create(pod);
  }
});

function condition(pod: KubeObject): string | undefined {
  const { conditions = [] } = pod['status'] as { conditions?: { type: string; status: string; message?: string }[] };
  return conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message;
}

function phase(pod: KubeObject): string | undefined {
  return (pod['status'] as { phase?: string }).phase;
}
