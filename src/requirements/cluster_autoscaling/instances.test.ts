import { describe, expect, it } from 'vitest';
import type { AutoscalingOptions } from '../../case-kit/facts.ts';
import type { Facts, Instance, NotRunInstance } from '../../case-kit/index.ts';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import type { AutoscaledPool } from '../../inventory/autoscaling/pool.ts';
import type { Inventory, NodeInventory } from '../../inventory/inventory.ts';
import { instancesOf } from './pools.ts';
import type { ScaleTarget } from './scale-act.ts';

const GPU = {
  mode: 'device-plugin',
  name: 'nvidia.com/gpu',
  vendor: 'nvidia',
  simulated: false,
  known: 'a limit',
} as const;
const DEVICE = { ...GPU, mode: 'dra', name: 'gpu.nvidia.com', deviceClass: 'gpu.nvidia.com' } as const;

function pool(name: string, more: Partial<AutoscaledPool> = {}): AutoscaledPool {
  return {
    by: 'karpenter',
    title: `Karpenter NodePool ${name}`,
    name,
    label: { key: 'karpenter.sh/nodepool', value: name },
    nodes: [],
    tolerations: [],
    offers: [GPU],
    ...more,
  };
}

function node(name: string, labels: Record<string, string> = {}): NodeInventory {
  return { name, labels, tolerations: [], candidate: true } as unknown as NodeInventory;
}

function supply(on: string, free: number): AcceleratorSupply {
  const about = { node: on, usable: 2, free, deviceClasses: [], devices: [] };
  return { ...about, mode: 'device-plugin', name: 'nvidia.com/gpu', vendor: 'nvidia', simulated: false };
}

interface Cluster {
  readonly partial?: true;
  readonly pools?: readonly AutoscaledPool[];
  readonly solution?: boolean;
  readonly nodes?: readonly NodeInventory[];
  readonly accelerators?: readonly AcceleratorSupply[];
  readonly unread?: string;
  readonly allowScale?: boolean;
  readonly says?: Partial<AutoscalingOptions>;
}

function planned(cluster: Cluster): ReturnType<typeof instancesOf> {
  const { pools = [], solution = pools.length > 0, nodes = [], accelerators = [], unread } = cluster;
  const inventory = {
    autoscaling: { pools, looked: ['Karpenter NodePools: none', 'ConfigMap: none'] },
    solutions: solution ? [{ role: 'cluster-autoscaler', title: 'Karpenter' }] : [],
    partial: cluster.partial === true ? [{ role: 'cluster-autoscaler', title: 'Karpenter' }] : [],
    nodes,
    accelerators,
    vendors: [],
    dra: { versions: ['v1'], deviceClasses: ['gpu.nvidia.com'] },
    notRead: unread === undefined ? [] : [{ what: unread, why: 'forbidden', remedy: '' }],
  } as unknown as Inventory;
  const resources = {
    preferred: (group: string, kind: string) => ({ apiVersion: `${group}/v1`, kind }),
  } as unknown as Facts['resources'];
  return instancesOf({
    kubernetes: { minor: 37, gitVersion: 'v1.37.2' },
    checklist: '1.37',
    resources,
    inventory,
    options: {
      allowScale: cluster.allowScale ?? true,
      allowInstall: false,
      allowDisrupt: false,
      autoscaling: { none: false, pools: [], ...cluster.says },
    },
  });
}

function instances(cluster: Cluster): readonly (Instance<ScaleTarget> | NotRunInstance)[] {
  const answer = planned(cluster);
  if (!Array.isArray(answer)) throw new Error(JSON.stringify(answer));
  return answer as readonly (Instance<ScaleTarget> | NotRunInstance)[];
}

describe('where there is no autoscaler', () => {
  it('nobody says anything: not found, and what to say', () => {
    expect(planned({})).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
    expect(JSON.stringify(planned({}))).toContain('--no-autoscaler');
  });

  it('the operator says so: not applicable, with the places where it was looked', () => {
    const said = planned({ says: { none: true } });
    expect(said).toMatchObject({ outcome: 'not-applicable' });
    expect(JSON.stringify(said)).toContain('Karpenter NodePools: none; ConfigMap: none');
  });

  it('the operator says so and it is not true: inconclusive', () => {
    expect(planned({ says: { none: true }, pools: [pool('gpu')] })).toMatchObject({ class: 'environment' });
    expect(planned({ says: { none: true }, solution: true })).toMatchObject({ class: 'environment' });
    expect(planned({ says: { none: true }, partial: true })).toMatchObject({ class: 'environment' });
  });

  it('the operator says so and a place could not be read: inconclusive', () => {
    expect(planned({ says: { none: true }, unread: 'v1/ConfigMap' })).toMatchObject({ class: 'permission' });
    expect(planned({ says: { none: true }, unread: 'v1/Service' })).toMatchObject({ outcome: 'not-applicable' });
  });
});

describe('where pools are found', () => {
  it('without --allow-scale nothing runs, and it is told what it would cost', () => {
    const [one] = instances({ pools: [pool('gpu')], allowScale: false });
    expect(one).toMatchObject({ notRun: { class: 'not-enabled' } });
    expect(JSON.stringify(one)).toContain('grow by one node with nvidia.com/gpu');
  });

  it('none has accelerators, as far as is known: capacity', () => {
    expect(planned({ pools: [pool('cpu', { offers: [] })] })).toMatchObject({ class: 'capacity' });
    expect(planned({ solution: true })).toMatchObject({ class: 'capacity' });
  });

  it('none can grow: capacity, with the reason', () => {
    const [one] = instances({ pools: [pool('gpu', { full: 'it is fixed at 2 nodes (min = max)' })] });
    expect(one).toMatchObject({ notRun: { class: 'capacity' } });
    expect(JSON.stringify(one)).toContain('min = max');
  });

  it('each kind of accelerator is tried once, on the smallest pool that can grow', () => {
    const pools = [
      pool('full', { full: 'it is full' }),
      pool('large', { nodes: ['a', 'b'] }),
      pool('small', { nodes: ['c'] }),
      pool('dra', { offers: [DEVICE] }),
    ];
    expect(instances({ pools })).toMatchObject([
      { variant: 'nvidia.com_gpu.device-plugin', params: { pool: 'Karpenter NodePool small' } },
      {
        variant: 'gpu.nvidia.com.dra',
        params: { pool: 'Karpenter NodePool dra', ask: { deviceClass: 'gpu.nvidia.com' } },
      },
    ]);
  });

  it('a kind that cannot be asked for has an instance that says so', () => {
    const { deviceClass: _, ...unnamed } = DEVICE;
    expect(instances({ pools: [pool('gpu'), pool('dra', { offers: [unnamed] })] })).toMatchObject([
      { params: {} },
      { notRun: { class: 'environment' } },
    ]);
  });

  it('only free accelerators of the pool are held, with their tokens; all where no label is known', () => {
    const nodes = [node('a'), node('b')];
    const accelerators = [supply('a', 1), supply('b', 2)];
    const [own] = instances({ pools: [pool('gpu', { nodes: ['a'] })], nodes, accelerators });
    expect(own).toMatchObject({ params: { fillers: [{ place: { node: 'a' }, count: 1 }] } });
    expect((own as Instance<ScaleTarget>).needs.tokens).toEqual({
      'node-pool/karpenter.sh/nodepool=gpu': 1,
      'accelerators/a': 1,
    });
    const { label: _, ...unlabelled } = pool('gpu');
    const [all] = instances({ pools: [unlabelled], nodes, accelerators });
    expect((all as Instance<ScaleTarget>).needs.tokens).toEqual({
      'node-pool': 1,
      'accelerators/a': 1,
      'accelerators/b': 2,
    });
  });

  it('the pods tolerate the taints of the pool, and those of other nodes with such accelerators', () => {
    const [own, other] = ['pool', 'company'].map((key) => ({ key, operator: 'Exists', effect: 'NoSchedule' }));
    const tainted = { ...node('static'), tolerations: [own, other] } as unknown as NodeInventory;
    const plan = planned({
      pools: [pool('gpu', { tolerations: [own] as never })],
      nodes: [tainted, node('cpu')],
      accelerators: [supply('static', 2)],
    });
    expect(plan).toMatchObject([{ params: { tolerations: [own], alsoTolerated: [other] } }]);
  });

  it('a static node outside the pool is nobody’s business', () => {
    const [one] = instances({ pools: [pool('gpu')], nodes: [node('a')], accelerators: [supply('a', 2)] });
    expect((one as Instance<ScaleTarget>).params.fillers).toEqual([]);
  });
});

describe('pools that the user names', () => {
  it('are the only ones, found or not', () => {
    const says = {
      pools: [
        { key: 'karpenter.sh/nodepool', value: 'b' },
        { key: 'agentpool', value: 'gpu', accelerator: 'nvidia.com/gpu' },
      ],
    };
    const pools = [pool('a'), pool('b', { offers: [DEVICE] })];
    expect(instances({ pools, says })).toMatchObject([
      { params: { pool: 'Karpenter NodePool b' } },
      {
        params: {
          pool: 'pool agentpool=gpu',
          by: 'named',
          ask: { name: 'nvidia.com/gpu' },
          known: 'named by the user',
        },
      },
    ]);
  });

  it('have what their nodes have', () => {
    const says = { pools: [{ key: 'agentpool', value: 'gpu' }] };
    const nodes = [node('a', { agentpool: 'gpu' }), node('b')];
    const accelerators = [supply('a', 0), supply('b', 2)];
    expect(instances({ says, nodes, accelerators })).toMatchObject([
      { params: { ask: { name: 'nvidia.com/gpu' }, fillers: [] } },
    ]);
  });
});
