import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/kube/cluster.ts';
import { connect } from '../../src/kube/connect.ts';
import { run } from '../box/run.ts';
import { addNode, type Lab, labDown, labNames, labStatus, labUp, removeNode, silent, snapshot } from '../lab.ts';
import { labDirectory } from '../state/lab-directory.ts';
import { requireLabState } from '../state/lab-state.ts';
import { processIdentity } from '../state/process-identity.ts';
import { type MachineTraces, machineTraces } from '../testing/machine-traces.ts';
import { outputOf, phase, until } from '../testing/until.ts';
import { scriptPod, webDeployment } from '../testing/web-deployment.ts';

const NAME = 'test-whole';
const ALL = [NAME, 'test-beside', 'test-third'];
const OPTIONS = {
  name: NAME,
  nodes: [{ accelerators: 2, mode: 'device-plugin' }, { accelerators: 2, mode: 'dra' }, {}],
} as const;

let before: MachineTraces;
let lab: Lab;
let cluster: Cluster;

beforeAll(async () => {
  await labDown(NAME, silent);
  before = await machineTraces(ALL);
  lab = await labUp(OPTIONS, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});

afterAll(async () => {
  await cluster?.close();
  await labDown(NAME, silent);
});

describe('a lab of three nodes', () => {
  it('is a real Kubernetes 1.37 with every node Ready', async () => {
    expect((await cluster.version()).gitVersion).toBe('v1.37.2');
    const { kind, nodes } = await labStatus(NAME);
    expect(kind).toBe('whole');
    expect(nodes.map(({ name, mode, accelerators, condition }) => [name, mode, accelerators, condition])).toEqual([
      ['node-1', 'device-plugin', 2, 'Ready'],
      ['node-2', 'dra', 2, 'Ready'],
      ['node-3', 'none', 0, 'Ready'],
    ]);
    for (const node of nodes) expect(node.services.filter(({ pid }) => pid === undefined)).toEqual([]);
  });

  it('answers a service by its DNS name from every node, with pods on every node', async () => {
    for (const object of webDeployment('web', 3)) await cluster.create(object);
    const ready = (object: object): boolean =>
      'status' in object && (object.status as { readyReplicas?: number }).readyReplicas === 3;
    await until(cluster, { kind: 'apps/v1/Deployment', name: 'web', namespace: 'default' }, ready);
    const ask = 'timeout 5 wget -q -O - http://web.default.svc.cluster.local/';
    const script = `for n in 1 2 3 4 5; do ${ask} && break; sleep 1; done; for n in $(seq 30); do ${ask} || echo failed; done`;
    const answers = await Promise.all(
      lab.nodes.map(({ name }) => outputOf(cluster, scriptPod(`ask-from-${name}`, name, script))),
    );
    for (const answer of answers) {
      expect(new Set(answer.trim().split('\n'))).toEqual(new Set(['node-1', 'node-2', 'node-3']));
    }
  });

  it('has no way out: an outside address is unreachable in every namespace, pods included', async () => {
    const { controlPlane } = requireLabState(labDirectory(NAME));
    const pids = [controlPlane?.pid, ...lab.nodes.map(({ initPid }) => initPid)];
    const outside = ['192.0.2.1', '203.0.113.7', '2001:db8::1'];
    for (const pid of pids) {
      for (const address of outside) {
        const enter = ['nsenter', `--net=/proc/${pid}/ns/net`, 'ip', 'route', 'get', address];
        const { code, errors } = await run(enter, { allowFailure: true });
        expect([address, code === 0, /unreachable|no route to host/i.test(errors)]).toEqual([address, false, true]);
      }
    }
    const pod = scriptPod(
      'look-out',
      'node-1',
      'for a in 192.0.2.1 203.0.113.7; do nc -w 2 $a 80 </dev/null && echo connected; done; echo done',
    );
    const said = (await outputOf(cluster, pod)).trim().split('\n');
    expect(said.at(-1)).toBe('done');
    expect(said).not.toContain('connected');
  });

  it('gives pods the node they run on: its own disk, not the machine’s', async () => {
    const pod = scriptPod('look-in', 'node-1', 'ls /host/root /host/home /host/var/lib; cat /host/etc/hostname');
    const spec = pod['spec'] as { volumes?: object[]; containers: { volumeMounts?: object[] }[] };
    spec.volumes = [{ name: 'host', hostPath: { path: '/' } }];
    for (const container of spec.containers)
      container.volumeMounts = [{ name: 'host', mountPath: '/host', readOnly: true }];
    const said = await outputOf(cluster, pod);
    expect(said.trim().split('\n').at(-1)).toBe('node-1');
    expect(said).toContain('kubelet');
    expect(said).not.toContain(`dpkg`);
  });

  it('gets a node more, which takes pods, and loses it again', async () => {
    const node = await addNode(NAME, {
      name: 'extra',
      labels: { extra: 'yes' },
      taints: [{ key: 'only', value: 'me', effect: 'NoSchedule' }],
    });
    const object = await cluster.get({ apiVersion: 'v1', kind: 'Node', name: 'extra' });
    expect(object.metadata.labels).toMatchObject({ extra: 'yes' });
    expect(object['spec']).toMatchObject({
      providerID: `plimsoll://${NAME}/extra`,
      taints: expect.arrayContaining([{ key: 'only', value: 'me', effect: 'NoSchedule' }]),
    });
    const pod = scriptPod(
      'on-extra',
      'extra',
      'timeout 5 wget -q -O - http://web.default.svc.cluster.local/ && hostname',
    );
    (pod['spec'] as { tolerations?: object[] }).tolerations = [{ key: 'only', operator: 'Exists' }];
    expect(await outputOf(cluster, pod)).toContain('on-extra');
    await removeNode(NAME, 'extra');
    expect(await cluster.find({ apiVersion: 'v1', kind: 'Node', name: 'extra' })).toBeUndefined();
    expect((await labStatus(NAME)).nodes.map(({ name }) => name)).not.toContain('extra');
    expect(processIdentity(node.initPid)).toBeUndefined();
  });

  it('brings a killed component back, and a killed API server', async () => {
    const services = async (): Promise<Map<string, number | undefined>> => {
      const { controlPlane, nodes } = await labStatus(NAME);
      const kubelet = nodes.find(({ name }) => name === 'node-3')?.services.find(({ name }) => name === 'kubelet');
      return new Map(
        [...(controlPlane?.services ?? []), ...(kubelet ? [kubelet] : [])].map(({ name, pid }) => [name, pid]),
      );
    };
    const first = await services();
    for (const name of ['kubelet', 'apiserver', 'relay']) process.kill(first.get(name) ?? 0, 'SIGKILL');
    const pod = scriptPod('after-kills', 'node-3', 'echo alive');
    // Only once the killed server has gone may the next one be asked.
    await until(cluster, { kind: 'v1/Node', name: 'node-3' }, () => true);
    expect(await outputOf(cluster, pod)).toBe('alive\n');
    const second = await services();
    for (const name of ['kubelet', 'apiserver', 'relay']) expect(second.get(name)).not.toBe(first.get(name));
  });

  it('lists all objects so that a diff shows what came', async () => {
    const earlier = await snapshot(cluster);
    await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'left', namespace: 'default' } });
    const later = await snapshot(cluster);
    const came = later.filter((line) => !earlier.includes(line));
    expect(came).toHaveLength(1);
    expect(came[0]).toMatch(/^ConfigMap\tdefault\tleft\t[0-9a-f-]{36}$/);
    expect(earlier.filter((line) => !later.includes(line))).toEqual([]);
  });

  it('is left alone by a second `lab up`, and refused to somebody who wants another one of its name', async () => {
    const again = await labUp(OPTIONS, silent);
    expect(again.wasUp).toBe(true);
    expect(again.nodes.map(({ initPid }) => initPid)).toEqual(lab.nodes.map(({ initPid }) => initPid));
    await expect(labUp({ ...OPTIONS, nodes: [] }, silent)).rejects.toMatchObject({ code: 'lab-exists' });
    await expect(addNode(NAME, { name: 'node-1' })).rejects.toMatchObject({ code: 'node-exists' });
    await expect(removeNode(NAME, 'nobody')).rejects.toMatchObject({ code: 'node-missing' });
  });

  it('lives beside another lab, whose port was chosen', async () => {
    const second = await labUp({ name: 'test-beside', nodes: [{}] }, silent);
    try {
      expect(second.server).not.toBe(lab.server);
      const other = await connect({ kubeconfig: second.kubeconfig });
      expect((await other.list('v1/Node').all()).map(({ metadata }) => metadata.name)).toEqual(['node-1']);
      await other.close();
      const port = Number(new URL(second.server).port);
      await expect(labUp({ name: 'test-third', nodes: [], port }, silent)).rejects.toMatchObject({
        code: 'port-in-use',
      });
      expect(labNames()).not.toContain('test-third');
    } finally {
      await labDown('test-beside', silent);
    }
    expect((await labStatus(NAME)).kind).toBe('whole');
  });

  it('leaves nothing when it goes down', async () => {
    const stays = scriptPod('stays', 'node-2', 'sleep 3600');
    await cluster.create(stays);
    await until(cluster, { kind: 'v1/Pod', name: 'stays', namespace: 'default' }, (pod) => phase(pod) === 'Running');
    const during = await machineTraces(ALL);
    expect(during.processes.length).toBeGreaterThan(before.processes.length + 15);
    expect(during.loopDevices.length).toBe(before.loopDevices.length + 4);
    expect(during.cgroups.length).toBeGreaterThan(before.cgroups.length);
    expect([during.mounts, during.network, during.rules, during.sysctls]).toEqual([
      before.mounts,
      before.network,
      before.rules,
      before.sysctls,
    ]);
    expect(await labDown(NAME, silent)).toBe(true);
    expect(await machineTraces(ALL)).toEqual(before);
    expect(await labDown(NAME, silent)).toBe(false);
    const port = Number(new URL(lab.server).port);
    await expect(
      new Promise((_, reject) => connectSocket(port, '127.0.0.1').once('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
