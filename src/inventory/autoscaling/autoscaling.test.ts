import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { nodeFacts } from '../node-facts.ts';
import { TABLES } from '../tables.ts';
import { clusterAutoscalerPools, nodeGroups } from './cluster-autoscaler-status.ts';
import { findAutoscaling } from './find-autoscaling.ts';
import { karpenterPools } from './karpenter-pools.ts';
import { clusterApiPools } from './machine-pools.ts';
import type { PoolGround } from './offers.ts';
import { type OpenShiftObjects, openShiftPools } from './openshift-pools.ts';

function node(name: string, labels: Record<string, string>, taints: object[] = []): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { taints }, status: {} };
}

function ground(nodes: readonly KubeObject[], gpus: Record<string, number> = {}): PoolGround {
  return {
    nodes: nodes.map(nodeFacts),
    supplies: Object.entries(gpus).map(([name, usable]) => ({
      node: name,
      mode: 'device-plugin',
      name: 'nvidia.com/gpu',
      vendor: 'nvidia',
      simulated: false,
      usable,
      free: usable,
      deviceClasses: [],
      devices: [],
    })),
    deviceClasses: [{ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'gpu.nvidia.com' } }],
    tables: TABLES,
  };
}

function nodePool(name: string, spec: Record<string, unknown>, status: Record<string, unknown> = {}): KubeObject {
  return { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name }, spec, status };
}

describe('pools of Karpenter', () => {
  it('are known by their nodes', () => {
    const own = node('a', { 'karpenter.sh/nodepool': 'gpu' });
    const [pool] = karpenterPools([nodePool('gpu', {})], ground([own, node('b', {})], { a: 2, b: 4 }));
    expect(pool).toMatchObject({
      label: { key: 'karpenter.sh/nodepool', value: 'gpu' },
      nodes: ['a'],
      offers: [{ name: 'nvidia.com/gpu', mode: 'device-plugin', known: '2 on node a' }],
    });
  });

  it.each([
    ['a limit', { limits: { 'nvidia.com/gpu': '4' } }, 'device-plugin', 'nvidia.com/gpu'],
    [
      'a taint',
      { template: { spec: { taints: [{ key: 'amd.com/gpu', effect: 'NoSchedule' }] } } },
      'device-plugin',
      'amd.com/gpu',
    ],
    [
      'a label in the domain of a DRA driver',
      { template: { metadata: { labels: { 'gpu.nvidia.com/present': 'true' } } } },
      'dra',
      'gpu.nvidia.com',
    ],
  ])('are known while they are empty by %s', (_name, spec, mode, name) => {
    const [pool] = karpenterPools([nodePool('gpu', spec)], ground([]));
    expect(pool?.offers).toMatchObject([{ mode, name }]);
  });

  it('are not taken for pools of accelerators by their name', () => {
    expect(karpenterPools([nodePool('nvidia-gpu-a100', {})], ground([]))[0]?.offers).toEqual([]);
  });

  it.each([
    ['room', { limits: { 'nvidia.com/gpu': '4' } }, { resources: { 'nvidia.com/gpu': '3' } }, undefined],
    [
      'a limit that is reached',
      { limits: { 'nvidia.com/gpu': '4' } },
      { resources: { 'nvidia.com/gpu': '4' } },
      'its limit of 4 nvidia.com/gpu is reached',
    ],
    ['no node allowed', { limits: { nodes: '0' } }, {}, 'its limit of 0 nodes is reached'],
    [
      'no class',
      {},
      { conditions: [{ type: 'Ready', status: 'False', message: 'no class' }] },
      'it is not ready: no class',
    ],
  ])('tell whether they can grow: %s', (_name, spec, status, full) => {
    expect(karpenterPools([nodePool('gpu', spec, status)], ground([]))[0]?.full).toBe(full);
  });

  it('of a fixed size do not scale', () => {
    expect(karpenterPools([nodePool('static', { replicas: 3 })], ground([]))).toEqual([]);
  });
});

const YAML = `time: 2026-01-01
autoscalerStatus: Running
nodeGroups:
- name: gke-prod-gpu-pool-1a2b3c4d-grp
  health:
    status: Healthy
    cloudProviderTarget: 1
    minSize: 0
    maxSize: 3
- name: gke-prod-pool-5e6f7a8b-grp
  health: {status: Healthy, cloudProviderTarget: 2, minSize: 2, maxSize: 2}
- name: gke-prod-other-9c9c9c9c-grp
  health: {status: Healthy, cloudProviderTarget: 1, minSize: 0, maxSize: 4}
  scaleUp: {status: Backoff, backoffInfo: {errorCode: QUOTA_EXCEEDED, errorMessage: no quota for A100}}
`;
const TEXT = `Cluster-autoscaler status at 2026-01-01:
Cluster-wide:
  Health:      Healthy (ready=3 unready=0 notStarted=0 registered=3)
NodeGroups:
  Name:        eks-gpu-2ac0
  Health:      Healthy (ready=1 unready=0 notStarted=0 registered=1 longUnregistered=0 cloudProviderTarget=1 (minSize=0, maxSize=2))
  ScaleUp:     NoActivity
`;

function status(text: string): KubeObject {
  const metadata = { name: 'cluster-autoscaler-status', namespace: 'kube-system' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { status: text } };
}

describe('groups of Cluster Autoscaler', () => {
  it('are read in both forms of its status', () => {
    expect(nodeGroups(status(TEXT))).toEqual([{ name: 'eks-gpu-2ac0', least: 0, most: 2, wanted: 1, registered: 1 }]);
    expect(nodeGroups(status(YAML))).toMatchObject([
      { most: 3 },
      { least: 2, most: 2 },
      { backoff: 'QUOTA_EXCEEDED: no quota for A100' },
    ]);
    expect(nodeGroups(status('nothing of the kind'))).toEqual([]);
    expect(nodeGroups(status('a: ['))).toEqual([]);
  });

  it('are found on nodes by the longest pool name that stands in theirs', () => {
    const nodes = [
      node('a', { 'cloud.google.com/gke-nodepool': 'gpu-pool' }),
      node('b', { 'cloud.google.com/gke-nodepool': 'pool' }),
    ];
    const [gpu, pool, other] = clusterAutoscalerPools(status(YAML), ground(nodes, { a: 1 }));
    expect(gpu).toMatchObject({ label: { value: 'gpu-pool' }, nodes: ['a'], offers: [{ name: 'nvidia.com/gpu' }] });
    expect(gpu?.full).toBeUndefined();
    expect(pool).toMatchObject({
      label: { value: 'pool' },
      nodes: ['b'],
      offers: [],
      full: 'it is fixed at 2 nodes (min = max)',
    });
    expect(other).toMatchObject({ nodes: [], full: 'QUOTA_EXCEEDED: no quota for A100' });
  });
});

function openShift(machineAutoscalers: readonly KubeObject[], machineSets: readonly KubeObject[]): OpenShiftObjects {
  return { clusterAutoscalers: undefined, machineAutoscalers, machineSets };
}

describe('machine sets', () => {
  const annotations = {
    'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size': '0',
    'cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size': '2',
    'capacity.cluster-autoscaler.kubernetes.io/gpu-type': 'nvidia.com/gpu',
  };

  it('of Cluster API have bounds and what they have as annotations', () => {
    const deployment: KubeObject = {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'MachineDeployment',
      metadata: { name: 'gpu', namespace: 'c1', annotations },
      spec: { replicas: 0, template: { metadata: { labels: { 'node.cluster.x-k8s.io/pool': 'gpu', x: 'y' } } } },
    };
    const plain = { ...deployment, metadata: { name: 'cpu', namespace: 'c1' } };
    expect(clusterApiPools([deployment, plain], ground([]))).toMatchObject([
      {
        by: 'cluster-api',
        name: 'c1/gpu',
        least: 0,
        most: 2,
        label: { key: 'node.cluster.x-k8s.io/pool', value: 'gpu' },
        offers: [{ name: 'nvidia.com/gpu' }],
      },
    ]);
  });

  it('of OpenShift are what a MachineAutoscaler names', () => {
    const set: KubeObject = {
      apiVersion: 'machine.openshift.io/v1beta1',
      kind: 'MachineSet',
      metadata: { name: 'gpu', namespace: 'openshift-machine-api' },
      spec: {
        replicas: 2,
        template: { spec: { metadata: { labels: { 'node-role.kubernetes.io/gpu': '', team: 'ai' } } } },
      },
    };
    const autoscaler: KubeObject = {
      apiVersion: 'autoscaling.openshift.io/v1beta1',
      kind: 'MachineAutoscaler',
      metadata: { name: 'gpu', namespace: 'openshift-machine-api' },
      spec: { minReplicas: 1, maxReplicas: 2, scaleTargetRef: { kind: 'MachineSet', name: 'gpu' } },
    };
    const nodes = [node('a', { team: 'ai' })];
    expect(openShiftPools(openShift([autoscaler], [set]), ground(nodes, { a: 8 }))).toMatchObject([
      {
        label: { key: 'team', value: 'ai' },
        nodes: ['a'],
        full: 'it has 2 of 2 nodes',
        offers: [{ name: 'nvidia.com/gpu' }],
      },
    ]);
    expect(openShiftPools(openShift([autoscaler], []), ground([]))).toEqual([]);
  });
});

describe('what was looked at', () => {
  it('is told for every place, also where nothing is', () => {
    const nothing = {
      nodePools: undefined,
      statusConfigMaps: [],
      clusterApi: undefined,
      machineAutoscalers: undefined,
      machineSets: [],
    };
    const { pools, looked } = findAutoscaling(nothing, [], ground([]));
    expect(pools).toEqual([]);
    expect(looked).toEqual([
      'Deployments and StatefulSets of cluster autoscalers and Karpenter: none',
      'Karpenter NodePools (karpenter.sh): the kind is not served',
      'ConfigMaps cluster-autoscaler-status in any namespace: none',
      "Cluster API machines with the autoscaler's bounds: the kind is not served",
      'OpenShift MachineAutoscalers: the kind is not served',
    ]);
  });
});
