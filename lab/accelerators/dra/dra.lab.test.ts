import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { type Accelerator, DRIVER_NAME, deviceName, devicePath } from '../accelerator.ts';
import { memoryInUse } from '../device-memory.ts';
import { driverVersion } from '../driver-version.ts';
import { addLoop, bindLoop, freeLoop } from '../loop-device.ts';
import { eventually } from '../testing/eventually.ts';
import { claimSpec, probe, probePod, probeResult } from '../testing/probe-pod.ts';
import { TestLab } from '../testing/test-lab.ts';
import type { ResourceSlice } from './resource-slice.ts';

const NODE = 'dra';
const DENIED = 'Operation not permitted';
const API = 'resource.k8s.io/v1';

const number = ({ major, minor }: Accelerator): string => `${major}:${minor}`;
const slice = { kind: `${API}/ResourceSlice`, name: `${NODE}-${DRIVER_NAME}` } as const;
const spec = (object: KubeObject): ResourceSlice['spec'] => object['spec'] as ResourceSlice['spec'];

describe('accelerators by DRA, on a real kubelet', () => {
  let lab: TestLab;
  let devices: readonly Accelerator[];
  let first: Accelerator;
  let second: Accelerator;
  let namespace: string;
  let count = 0;

  const ask = (name: string, more: object = {}) => ({ name, namespace, node: NODE, try: devices, ...more });
  const make = (kind: 'ResourceClaim' | 'ResourceClaimTemplate', name: string, claim: object): Promise<KubeObject> =>
    lab.cluster.create({
      apiVersion: API,
      kind,
      metadata: { name, namespace },
      spec: kind === 'ResourceClaim' ? claim : { spec: claim },
    });
  const nodePath = (device: Accelerator): string => `${devicePath(device)} ${number(device)}`;

  beforeAll(async () => {
    lab = await TestLab.up('test-dra', [{ name: NODE, accelerators: 2, mode: 'dra' }]);
    devices = lab.record(NODE).accelerators;
    const [a, b] = devices;
    if (!a || !b) throw new Error('the lab has fewer than two accelerators');
    [first, second] = [a, b];
    await lab.until(slice, (object) => spec(object).devices.length === 2);
  });

  afterAll(async () => {
    await lab.down();
  });

  beforeEach(async () => {
    if (namespace) await lab.removePods(namespace);
    count += 1;
    namespace = `test-${count}`;
    await lab.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await make('ResourceClaimTemplate', 'one', claimSpec());
  });

  it('publishes what its devices are: the same version as the node label and as uname', async () => {
    const published = await lab.cluster.get({ apiVersion: API, kind: 'ResourceSlice', name: slice.name });
    expect(spec(published)).toMatchObject({
      driver: DRIVER_NAME,
      nodeName: NODE,
      pool: { name: NODE, resourceSliceCount: 1 },
      devices: devices.map((device) => ({
        name: deviceName(device),
        attributes: { uuid: { string: device.uuid }, driverVersion: { version: driverVersion() } },
        capacity: { memory: { value: '1Gi' } },
      })),
    });
    const node = await lab.cluster.get({ apiVersion: 'v1', kind: 'Node', name: NODE });
    expect(node.metadata.labels?.['lab.plimsoll.dev/driver-version']).toBe(driverVersion());
    expect(published.metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([node.metadata.uid]);
  });

  it('gives a pod exactly the device of its claim, and another pod the other one', async () => {
    const one = await probe(lab, ask('one', { claim: { template: 'one' }, stay: true }));
    const mine = devices.find((device) => one.nodes[0] === nodePath(device));
    const other = devices.find((device) => device !== mine);
    if (!mine || !other) throw new Error(`the pod saw ${one.nodes.join()}`);
    expect(one).toEqual({
      nodes: [nodePath(mine)],
      made: { [number(mine)]: 'open', [number(other)]: DENIED },
      environment: { [`PLIMSOLL_ACCELERATOR_${mine.index}`]: mine.uuid },
    });
    const two = await probe(lab, ask('two', { claim: { template: 'one' }, stay: true }));
    expect(two.nodes).toEqual([nodePath(other)]);
    expect(two.made).toEqual({ [number(mine)]: DENIED, [number(other)]: 'open' });
    await lab.cluster.create(probePod(ask('three', { claim: { template: 'one' } })));
    const pending = await lab.until(
      { kind: 'v1/Pod', namespace, name: 'three' },
      (pod) => condition(pod) !== undefined,
    );
    expect(condition(pending)).toMatch(/cannot allocate all claims/);
    await lab.cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'one' });
    expect((await probeResult(lab, namespace, 'three')).nodes).toEqual([nodePath(mine)]);
  });

  it('gives nothing without a claim, nor to a container that does not name it', async () => {
    const pod = probePod(ask('partly', { claim: { template: 'one' }, stay: true }));
    const { containers } = pod['spec'] as { containers: Record<string, unknown>[] };
    containers.push({ ...containers[0], name: 'bystander', resources: {} });
    await lab.cluster.create(pod);
    const mine = await probeResult(lab, namespace, 'partly');
    expect(mine.nodes).toHaveLength(1);
    expect(Object.values(mine.made).sort()).toEqual([DENIED, 'open']);
    const nobody = { nodes: [], made: { [number(first)]: DENIED, [number(second)]: DENIED }, environment: {} };
    expect(await probeResult(lab, namespace, 'partly', 'bystander')).toEqual(nobody);
    const environment = { PLIMSOLL_VISIBLE_DEVICES: 'all' };
    expect(await probe(lab, ask('nothing', { environment }))).toEqual(nobody);
  });

  it('lets two containers, and two pods, share the device of one claim', async () => {
    await make('ResourceClaim', 'shared', claimSpec());
    const pod = probePod(ask('pair', { claim: { name: 'shared' }, stay: true }));
    const { containers } = pod['spec'] as { containers: Record<string, unknown>[] };
    containers.push({ ...containers[0], name: 'second' });
    await lab.cluster.create(pod);
    const one = await probeResult(lab, namespace, 'pair');
    expect(one.nodes).toHaveLength(1);
    expect(await probeResult(lab, namespace, 'pair', 'second')).toEqual(one);
    expect(await probe(lab, ask('other', { claim: { name: 'shared' } }))).toEqual(one);
  });

  it('gives the very device that a selector picks, and none that it cannot', async () => {
    const uuid = `device.attributes["${DRIVER_NAME}"].uuid`;
    await make('ResourceClaimTemplate', 'second', claimSpec(1, `${uuid} == "${second.uuid}"`));
    await make('ResourceClaimTemplate', 'impossible', claimSpec(1, `${uuid} == "ACC-none"`));
    expect((await probe(lab, ask('picky', { claim: { template: 'second' } }))).nodes).toEqual([nodePath(second)]);
    await lab.cluster.create(probePod(ask('never', { claim: { template: 'impossible' } })));
    const pending = await lab.until(
      { kind: 'v1/Pod', namespace, name: 'never' },
      (pod) => condition(pod) !== undefined,
    );
    expect(condition(pending)).toMatch(/cannot allocate all claims/);
  });

  it('frees and erases the memory when the pod has ended', async () => {
    const uuid = `device.attributes["${DRIVER_NAME}"].uuid`;
    await make('ResourceClaimTemplate', 'first', claimSpec(1, `${uuid} == "${first.uuid}"`));
    const pod = probePod(ask('writer', { claim: { template: 'first' } }));
    const write = `dd if=/dev/zero bs=1M count=32 oflag=direct of=${devicePath(first)}; exec 3<${devicePath(first)}; sleep 3600`;
    Object.assign((pod['spec'] as { containers: object[] }).containers[0] ?? {}, { command: ['sh', '-c', write] });
    await lab.cluster.create(pod);
    await eventually(async () => (await memoryInUse(first)) === 32 * 1024 ** 2, 'memory in use', 20_000);
    await lab.removePods(namespace);
    await eventually(async () => (await memoryInUse(first)) === 0, 'the freed memory', 10_000);
    expect(lab.log(NODE, 'dra-driver')).toMatch(/unprepared test-\d+\/writer-/);
  });

  it('survives a kill and a restarted kubelet, which deletes its slice: new pods run, old ones end cleanly', async () => {
    const claim = { template: 'one' };
    await probe(lab, ask('before', { claim, stay: true }));
    lab.kill(NODE, 'dra-driver');
    await eventually(() => registrations(lab) >= 2, 'a new registration', 30_000);
    const { uid } = (await lab.cluster.get({ apiVersion: API, kind: 'ResourceSlice', name: slice.name })).metadata;
    lab.kill(NODE, 'kubelet');
    await lab.until(slice, (object) => object.metadata.uid !== uid && spec(object).devices.length === 2);
    expect((await probe(lab, ask('after', { claim }))).nodes).toHaveLength(1);
    await lab.removePods(namespace);
    const claims = lab.cluster.list(`${API}/ResourceClaim`, { namespace });
    await eventually(async () => (await claims.all()).length === 0, 'the removal of the pods’ claims');
  });

  it('taints a device that lost its memory, and raises the generation of its pool with each change', async () => {
    const generation = async (): Promise<number> =>
      spec(await lab.cluster.get({ apiVersion: API, kind: 'ResourceSlice', name: slice.name })).pool.generation;
    const before = await generation();
    await freeLoop(second.loop);
    const tainted = await lab.until(slice, (object) => spec(object).devices.some((device) => 'taints' in device));
    expect(spec(tainted).devices.map((device) => 'taints' in device)).toEqual([false, true]);
    expect(spec(tainted).pool.generation).toBeGreaterThan(before);
    expect(await addLoop(second.loop)).toBe(true);
    await bindLoop(second.loop, second.file);
    const healed = await lab.until(slice, (object) => !spec(object).devices.some((device) => 'taints' in device));
    expect(spec(healed).pool.generation).toBeGreaterThan(spec(tainted).pool.generation);
  });
});

function registrations(lab: TestLab): number {
  return lab.log(NODE, 'dra-driver').split(`registered ${DRIVER_NAME}`).length - 1;
}

function condition(pod: KubeObject): string | undefined {
  const { conditions = [] } = pod['status'] as { conditions?: { type: string; status: string; message?: string }[] };
  return conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message;
}
