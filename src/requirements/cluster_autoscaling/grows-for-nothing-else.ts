import {
  defineCase,
  expectNever,
  type Finding,
  list,
  named,
  type RecordedObject,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { GrowthStory } from './growth-story.ts';
import { IMPOSSIBLE, instancesOf } from './instances.ts';
import { ofPool } from './node-conditions.ts';
import { BUDGET, SCALING } from './scale-act.ts';
import type { ScaleTarget } from './scale-target.ts';

/** N1: a pod that no node could take makes nothing grow. That pods do make it grow is what the trigger showed before. */
export const growsForNothingElse = defineCase<ScaleTarget>({
  id: 'cluster_autoscaling/grows-for-nothing-else',
  title: 'A pod that no node could ever take does not make the pool grow',
  kind: 'required',
  bar: 'behaviour',
  budget: BUDGET,
  shares: SCALING,
  plan: instancesOf,

  judge(timeline, target) {
    const story = new GrowthStory(timeline, target);
    const claim = 'no node comes for a pod that no node could take';
    const window = endOf(
      timeline.between('impossible pod created', 'watched'),
      timeline.between('impossible pod created', 'held'),
    );
    if (!story.grew) return [story.notGrown(claim, window)];
    const before = new Set(story.baseline.map(({ body }) => body.metadata.uid));
    const more = named('a new node of the pool', (node: RecordedObject): true | string =>
      before.has(node.metadata.uid) || node.metadata.uid === story.node?.uid ? 'not a new one' : ofPool(target)(node),
    );
    const found = expectNever(story.nodes, more, window, {
      claim,
      otherwise: `${target.pool} grew although nothing was pending but a pod that no node could take`,
      lasting: IMPOSSIBLE,
      remedy: 'Find out who adds nodes to the pool: an autoscaler looks whether the pod would fit on a new node.',
    });
    return [found.outcome === 'fail' ? whoseNode(story, found) : found];
  },
});

/** The whole time, or, when the act stopped early, what there was of it. */
function endOf<W extends { missing?: string }>(whole: W, part: W): W {
  return whole.missing === undefined ? whole : part;
}

/** A node that other workloads run on may have come for them. */
function whoseNode({ timeline }: GrowthStory, found: Finding): Finding {
  const answers = timeline.answers().filter(({ name }) => name.startsWith('pods on '));
  for (const answer of answers) {
    const pods = Array.isArray(answer.body) ? (answer.body as unknown[]) : [];
    const other = pods.find((pod) => !belongsToNode(pod) && text(pod, 'metadata.namespace') !== timeline.namespace);
    if (other !== undefined)
      return undecided(
        'capacity',
        found.claim,
        `${found.message}; on it runs ${text(other, 'metadata.namespace')}/${text(other, 'metadata.name')}, for which it may have come`,
        [...found.evidence, answer.seq],
        'Run again while no other workload comes to the pool.',
      );
  }
  return found;
}

/** Of a DaemonSet, or of the node itself: such pods are on every node. */
function belongsToNode(pod: unknown): boolean {
  return list(pod, 'metadata.ownerReferences').some((owner) => ['DaemonSet', 'Node'].includes(text(owner, 'kind')));
}
