import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/kube/cluster.ts';
import { connect } from '../../src/kube/connect.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { RESOURCE_NAME } from '../accelerators/accelerator.ts';
import { POOL_TAINT } from '../addons/karpenter/node-pools.ts';
import { cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { groupPath, groupProcesses } from '../cgroup/group.ts';
import { type Lab, labDown, labUp, silent } from '../lab.ts';
import { nodeNames } from '../node/node-record.ts';
import { labDirectory } from '../state/lab-directory.ts';
import { machineTraces } from '../testing/machine-traces.ts';
import { until } from '../testing/until.ts';
import { machinesFolder, PROVIDER } from './provider-folder.ts';

const NAME = 'test-provider';
const OPTIONS = { name: NAME, nodes: [{}], addons: ['karpenter'] };
const directory = labDirectory(NAME);

let lab: Lab;
let cluster: Cluster;
let before: Awaited<ReturnType<typeof machineTraces>>;

beforeAll(async () => {
  await labDown(NAME, silent);
  before = await machineTraces([NAME]);
  lab = await labUp(OPTIONS, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});

afterAll(async () => {
  await cluster?.close();
  await labDown(NAME, silent);
});

/** A pod that only a node of Karpenter's can take. */
function wanting(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      terminationGracePeriodSeconds: 0,
      tolerations: [POOL_TAINT],
      nodeSelector: { 'karpenter.sh/nodepool': 'accelerators' },
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sleep', '3600'],
          resources: { limits: { [RESOURCE_NAME]: '1' } },
        },
      ],
    },
  };
}

function runs(pod: KubeObject): boolean {
  return (pod['status'] as { phase?: string } | undefined)?.phase === 'Running';
}

/** The provider itself, not the shell that starts it again. */
function providerPid(): number {
  const pids = groupProcesses(cgroupLayout(), groupPath(NAME, PROVIDER));
  return Math.max(...pids);
}

describe('a lab that is asked for nodes from inside', () => {
  it('makes the machine anew when its provider is killed half-way', async () => {
    await cluster.create(wanting('one'));
    const asked = async (): Promise<void> => {
      while (readdirSync(machinesFolder(directory)).length === 0) await delay(20);
    };
    await asked();
    const killed = providerPid();
    process.kill(killed, 'SIGKILL');
    await until(cluster, { kind: 'v1/Pod', namespace: 'default', name: 'one' }, runs, 60_000);
    expect(providerPid()).not.toBe(killed);
    expect(nodeNames(directory)).toHaveLength(2);
  });

  it('is the same lab when it is asked for again', async () => {
    const again = await labUp(OPTIONS, silent);
    expect(again.wasUp).toBe(true);
    expect(again.nodes).toHaveLength(2);
  });

  it('goes down with the nodes that were made, and leaves nothing', async () => {
    await labDown(NAME, silent);
    expect(await machineTraces([NAME])).toEqual(before);
  });
});
