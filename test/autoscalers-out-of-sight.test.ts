import { describe, expect, it } from 'vitest';
import { FoundObjects } from '../src/inventory/objects/found-objects.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { inventoryOf } from '../src/inventory/take-inventory.ts';
import { deployment, holder, node } from './own-objects.ts';

/** Autoscalers that an inventory knows of, whole ones and such as are there in part. */
function found(...objects: Record<string, unknown>[]): string[] {
  const all = new FoundObjects();
  for (const one of objects) all.add(one, 'here', { apiVersion: '', kind: '' });
  const { solutions, partial = [] } = inventoryOf(all.result('a test'), TABLES);
  return [...solutions, ...partial].filter(({ role }) => role === 'cluster-autoscaler').map(({ id }) => id);
}

const tainted = (key: string) => node('n', {}, { taints: [{ key, effect: 'PreferNoSchedule' }] });

describe('an autoscaler that nobody sees is told by', () => {
  it.each([
    [
      'a taint that it puts on nodes it may remove',
      tainted('DeletionCandidateOfClusterAutoscaler'),
      'cluster-autoscaler',
    ],
    ['a static pod', holder('cluster-autoscaler-master-1', 'n', {}), 'cluster-autoscaler'],
    ['labels of its nodes', node('n', {}, { labels: { 'karpenter.sh/nodepool': 'gpu' } }), 'karpenter'],
    ['taints of its nodes', tainted('karpenter.sh/disrupted'), 'karpenter'],
    ['a Deployment without its kinds', deployment('karpenter', 'karpenter'), 'karpenter'],
  ])('%s', (_sign, object, id) => {
    expect(found(object)).toEqual([id]);
  });

  it('nothing of the like', () => {
    expect(found(node('n', {}, { labels: { nodepool: 'gpu' } }), tainted('dedicated'), holder('p', 'n', {}))).toEqual(
      [],
    );
  });
});
