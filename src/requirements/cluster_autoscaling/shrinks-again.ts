import {
  defineCase,
  expectEventually,
  expectNever,
  type Finding,
  fails,
  named,
  passes,
  type RecordedObject,
  remark,
  undecided,
} from '../../case-kit/index.ts';
import { GrowthStory } from './growth-story.ts';
import { instancesOf, STABLE } from './instances.ts';
import { gone, noMachineFor, ofPool } from './node-conditions.ts';
import { BUDGET, SCALING } from './scale-act.ts';
import type { ScaleTarget } from './scale-target.ts';

/** D1, D2: the node goes when nothing needs it, the others stay, and the pool stays as it is. */
export const shrinksAgain = defineCase<ScaleTarget>({
  id: 'cluster_autoscaling/shrinks-again',
  title: 'When nothing needs it any more the node is removed, no other one is, and the pool stays as it was',
  kind: 'required',
  bar: 'official',
  budget: BUDGET,
  shares: SCALING,
  plan: instancesOf,

  judge(timeline, target) {
    const story = new GrowthStory(timeline, target);
    const { node } = story;
    const claim = 'the node is removed once nothing runs on it';
    const after = timeline.after('trigger removed');
    if (!story.grew || node === undefined || after.missing !== undefined) return [story.notGrown(claim, after)];
    const { name } = node.ref;
    const removed = expectEventually(story.nodes, gone({ name, uid: node.uid }), after, {
      claim,
      otherwise: `${target.pool} did not shrink`,
      remedy:
        'See what the autoscaler says of the node: its policy for empty nodes, pods that it may not move, finalizers.',
    });
    if (removed.outcome !== 'pass') return [removed];
    return [removed, ...machineGone(story, name), othersStay(story), ...staysSo(story)];
  },
});

function machineGone({ timeline, target }: GrowthStory, name: string): Finding[] {
  if (target.machines === undefined) return [];
  return [
    expectEventually(timeline.objects({ of: target.machines }), noMachineFor(name), timeline.after('trigger removed'), {
      claim: 'the machine behind the node goes with it',
      otherwise: 'the node went and the machine behind it did not: it still costs',
    }),
  ];
}

/** D2: by uid, or at least as many (an autoscaler may prefer to keep the new one of two idle nodes). */
function othersStay(story: GrowthStory): Finding {
  const { timeline, target, poolBefore } = story;
  const claim = 'the pool is as large as it was before';
  const end = timeline.mark('watched')?.seq ?? timeline.mark('shrunk')?.seq ?? 0;
  const left = story.nodes.at(end).filter(({ body }) => ofPool(target, story.slicesAt(end))(body) === true);
  const evidence = [timeline.mark('start')?.seq ?? 1, end];
  const missing = poolBefore.filter(({ body }) => !left.some((one) => one.body.metadata.uid === body.metadata.uid));
  const names = missing.map(({ body }) => body.metadata.name ?? '').join(', ');
  if (left.length < poolBefore.length)
    return fails(
      claim,
      `it had ${poolBefore.length} nodes and has ${left.length}: ${names} went as well`,
      evidence,
      'See why the autoscaler went below the size from which it had started.',
    );
  if (left.length > poolBefore.length)
    return undecided(
      'environment',
      claim,
      `it had ${poolBefore.length} nodes and has ${left.length}`,
      evidence,
      'See what keeps it from shrinking to where it was.',
    );
  if (missing.length > 0)
    return remark(claim, `${left.length} nodes as before, with others in the place of ${names}`, evidence);
  return passes(claim, `${left.length} nodes, the same as before`, evidence);
}

/** D2: it does not grow again, two minutes long. */
function staysSo(story: GrowthStory): Finding[] {
  const { timeline, target } = story;
  const known = new Set([...story.baseline.map(({ body }) => body.metadata.uid), story.node?.uid]);
  const again = named('a new node of the pool', (node: RecordedObject): true | string =>
    known.has(node.metadata.uid) ? 'not a new one' : ofPool(target)(node),
  );
  return [
    expectNever(story.nodes, again, timeline.between('shrunk', 'watched'), {
      claim: 'it does not grow again by itself',
      otherwise: 'the pool grew again although nothing asked for a node (it flaps)',
      lasting: STABLE,
      remedy: 'See what the autoscaler says of the new node: it adds and removes in turns.',
    }),
  ];
}
