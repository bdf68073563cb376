import {
  all,
  type Case,
  defineCase,
  expectAlways,
  expectEventually,
  expectNever,
  type Finding,
  fails,
  list,
  named,
  passes,
  type RecordedObject,
  remark,
  running,
  showDuration,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { grows } from './grows.ts';
import { GrowthStory, gone, HOLD, IMPOSSIBLE, noMachineFor, ofPool, P, STABLE } from './growth-story.ts';
import { instancesOf } from './pools.ts';
import { BUDGET, SCALING, type ScaleTarget } from './scale-act.ts';

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
    const after = timeline.after(P.shrinks.from);
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
    expectEventually(timeline.objects({ of: target.machines }), noMachineFor(name), timeline.after(P.shrinks.from), {
      claim: 'the machine behind the node goes with it',
      otherwise: 'the node went and the machine behind it did not: it still costs',
    }),
  ];
}

/** D2: by uid, or at least as many (an autoscaler may prefer to keep the new one of two idle nodes). */
function othersStay(story: GrowthStory): Finding {
  const { timeline, target, poolBefore } = story;
  const claim = 'the pool is as large as it was before';
  const end = timeline.mark(P.stable.to)?.seq ?? timeline.mark(P.shrinks.to)?.seq ?? 0;
  const left = story.nodes.at(end).filter(({ body }) => ofPool(target, story.slicesAt(end))(body) === true);
  const evidence = [timeline.mark(P.before.from)?.seq ?? 1, end];
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
    expectNever(story.nodes, again, timeline.between(P.shrinks.to, P.stable.to), {
      claim: 'it does not grow again by itself',
      otherwise: 'the pool grew again although nothing asked for a node (it flaps)',
      lasting: STABLE,
      remedy: 'See what the autoscaler says of the new node: it adds and removes in turns.',
    }),
  ];
}

/** N3: as long as the pod runs, its node stays. */
export const keepsWhatIsUsed = defineCase<ScaleTarget>({
  id: 'cluster_autoscaling/keeps-what-is-used',
  title: 'A node is not taken away under a pod that uses its accelerator',
  kind: 'required',
  bar: 'behaviour',
  budget: BUDGET,
  shares: SCALING,
  plan: instancesOf,

  judge(timeline, target) {
    const story = new GrowthStory(timeline, target);
    const claim = 'the new node stays as long as the pod runs on it';
    const window = timeline.between(P.grows.to, P.kept.to);
    const { node } = story;
    if (!story.grew || node === undefined) return [story.notGrown(claim, window)];
    const { name } = node.ref;
    const lost = gone({ name, uid: node.uid });
    const there = named(`node ${name} is there and stays`, (nodes: readonly RecordedObject[]) => {
      if (lost(nodes) === true) return `${name} is gone`;
      const leaving = nodes.find(({ metadata }) => metadata.uid === node.uid)?.metadata.deletionTimestamp;
      return leaving === undefined ? true : `${name} was told to go at ${leaving}`;
    });
    const expectation = {
      claim,
      otherwise: 'a node was taken away under a running pod',
      remedy: 'See why the autoscaler took the node for unused or too old.',
    };
    return [
      expectAlways(story.nodes, there, window, { ...expectation, lasting: HOLD }),
      expectAlways(story.trigger, all(running, 1), window, expectation),
      ...long(story),
    ];
  },
});

/** How the time compares with that in which the same node went once it was empty. */
function long({ timeline, target }: GrowthStory): Finding[] {
  const [from, to, shrunk] = [P.grows.to, P.shrinks.from, P.shrinks.to].map((name) => timeline.mark(name));
  if (from === undefined || to === undefined || shrunk === undefined) return [];
  const held = showDuration(to.t - from.t);
  const went = showDuration(shrunk.t - to.t);
  return [
    remark(
      'how long it was watched',
      `with a pod on it the node stayed for ${held}; without, ${target.pool} had shrunk after ${went}`,
      [from.seq, to.seq, shrunk.seq],
    ),
  ];
}

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
      timeline.between(P.impossible.from, P.stable.to),
      timeline.between(P.impossible.from, P.kept.to),
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

/** cluster_autoscaling: one act, four things asked of it. */
export const cases: readonly Case[] = [grows, growsForNothingElse, keepsWhatIsUsed, shrinksAgain];
