import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../case-kit/index.ts';
import { accelerators, disturbed, ofPool, waitsForPool } from './growth-story.ts';
import type { ScaleTarget } from './scale-act.ts';

import { node, TARGET } from './testing/scaling-story.ts';

const TAINTED: ScaleTarget = { ...TARGET, tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }] };
const { label: _, ...UNLABELLED } = TARGET;
const GPU = { 'nvidia.com/gpu': '1' };

function waiting(spec: Record<string, unknown> = {}, resource = 'nvidia.com/gpu'): RecordedObject {
  const containers = [{ resources: { limits: { [resource]: '1' } } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers, ...spec } };
}
const pinned = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }],
    },
  },
};

describe('nodes of a pool', () => {
  it('are told by its label, whatever else has such accelerators', () => {
    expect(ofPool(TARGET)(node('a', { allocatable: GPU }))).toContain('not of');
    expect(ofPool(TARGET)(node('a', { labels: { 'karpenter.sh/nodepool': 'gpu' } }))).toBe(true);
    expect(ofPool(TARGET)(node('a', { labels: { 'karpenter.sh/nodepool': 'other' }, allocatable: GPU }))).toContain(
      'not of',
    );
  });

  it('are told by their accelerators where no label is known', () => {
    expect(ofPool(UNLABELLED)(node('a', { allocatable: GPU }))).toBe(true);
    expect(ofPool(UNLABELLED)(node('a', { allocatable: { 'nvidia.com/gpu': '0' } }))).toContain('not of');
  });

  it('have the devices that the driver publishes for them', () => {
    const dra: ScaleTarget = { ...TARGET, ask: { mode: 'dra', name: 'gpu.nvidia.com' } };
    const slice = (on: string, driver: string): RecordedObject => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: {},
      spec: { nodeName: on, driver, devices: [{}, {}] },
    });
    const slices = [slice('a', 'gpu.nvidia.com'), slice('b', 'gpu.nvidia.com'), slice('a', 'dra.cpu')];
    expect(accelerators(dra, node('a'), slices)).toBe(2);
    expect(accelerators(dra, node('c'), slices)).toBe(0);
  });
});

describe('others that wait for a pool', () => {
  it.each<[string, RecordedObject, ScaleTarget, boolean]>([
    ['asks for its accelerators', waiting(), TARGET, true],
    ['asks for another kind', waiting({}, 'amd.com/gpu'), TARGET, false],
    ['has a place', waiting({ nodeName: 'n' }), TARGET, false],
    ['is kept to one node', waiting({ affinity: pinned }), TARGET, false],
    ['wants another pool', waiting({ nodeSelector: { 'karpenter.sh/nodepool': 'x' } }), TARGET, false],
    ['wants this pool', waiting({ nodeSelector: { 'karpenter.sh/nodepool': 'gpu' } }), TARGET, true],
    ['does not tolerate its taint', waiting(), TAINTED, false],
    ['tolerates its taint', waiting({ tolerations: [{ key: 'gpu', operator: 'Exists' }] }), TAINTED, true],
    ['tolerates everything', waiting({ tolerations: [{ operator: 'Exists' }] }), TAINTED, true],
  ])('%s', (_name, pod, target, waits) => {
    expect(waitsForPool(pod, target)).toBe(waits);
  });
});

describe('the node of a running pod', () => {
  const pool = { labels: { 'karpenter.sh/nodepool': 'gpu' } };
  const own = node('own', pool);
  const was = node('was', pool);
  const condition = disturbed(TARGET, { name: 'own', uid: own.metadata.uid ?? '' }, new Set([was.metadata.uid ?? '']));

  it('is undisturbed while nodes of other pools come', () => {
    expect(condition([was, own, node('other', { labels: { 'karpenter.sh/nodepool': 'cpu' } })])).toContain('stays');
  });

  it('is disturbed when it goes, and when another one of its pool comes, whatever came before that', () => {
    expect(condition([was])).toBe(true);
    const other = node('other', { labels: { 'karpenter.sh/nodepool': 'cpu' } });
    expect(condition([was, other, own, node('more', pool)])).toBe(true);
  });
});
