import {
  all,
  condition,
  defineCase,
  expectEventually,
  expectSeen,
  type Finding,
  fails,
  list,
  passes,
  ready,
  remark,
  running,
  showDuration,
  text,
  undecided,
  unschedulable,
} from '../../case-kit/index.ts';
import {
  accelerators,
  autoscalerWords,
  createdAt,
  GrowthStory,
  type History,
  ofPool,
  P,
  soldOut,
} from './growth-story.ts';
import { instancesOf } from './pools.ts';
import { BUDGET, SCALING, type ScaleTarget } from './scale-act.ts';

/** U1, U2, U3 (and what links them, for the reader). */
export const grows = defineCase<ScaleTarget>({
  id: 'cluster_autoscaling/grows-for-a-pending-pod',
  title: 'A pod that waits for an accelerator makes its pool grow by a node that has one, and runs there',
  kind: 'required',
  bar: 'official',
  budget: BUDGET,
  shares: SCALING,
  plan: instancesOf,

  judge(timeline, target) {
    const story = new GrowthStory(timeline, target);
    const after = timeline.after(P.grows.from);
    const node = came(story);
    return [
      expectSeen(story.trigger, unschedulable, after, {
        claim: 'the pod does not fit on the nodes that are there',
        otherwise: 'the scheduler never said that the pod does not fit',
      }),
      node,
      runsThere(story, node),
      ...links(story),
    ];
  },
});

/** U2: a node of the pool that was not there before, made after the pod was refused, Ready, with the accelerator. */
function came(story: GrowthStory): Finding {
  const { target, timeline } = story;
  const claim = `${target.pool} grows by a node with ${target.ask.name}`;
  const { newNodes, node } = story;
  const own = node !== undefined && newNodes.some(({ uid }) => uid === node.uid) ? node : newNodes[0];
  if (
    node !== undefined &&
    own?.uid !== node.uid &&
    story.baseline.some(({ body }) => body.metadata.uid === node.uid)
  ) {
    const [state] = node.states;
    const message = `the pod found room on ${node.ref.name}, which was there before: nothing had to grow`;
    return undecided(
      'capacity',
      claim,
      message,
      state === undefined ? [] : [state.seq],
      'Run again while the pool is left alone.',
    );
  }
  if (own === undefined) return noneCame(story, claim);
  const { name } = own.ref;
  const refused = refusedAt(story);
  const [first] = own.states;
  if (first === undefined || refused === undefined) return story.notGrown(claim, timeline.after(P.grows.from));
  // The server's times are whole seconds; a node of the same second was made after.
  if (first.seq < refused.seq || createdAt(first.body) + 1000 < refused.at) {
    const message = `${name} had come before the pod was refused: it did not come for it`;
    return undecided('capacity', claim, message, [first.seq, refused.seq], 'Run again while the pool is left alone.');
  }
  const whole = own.states.find(
    ({ seq, body }) =>
      ready(body) === true &&
      ofPool(target, story.slicesAt(seq))(body) === true &&
      accelerators(target, body, story.slicesAt(seq)) > 0,
  );
  // Devices may be published after the node's last change.
  const last = own.states.at(-1);
  const late =
    whole === undefined && last !== undefined && last.event !== 'DELETED' && ready(last.body) === true
      ? laterDevices(story, own)
      : undefined;
  if (whole !== undefined || late !== undefined)
    return passes(
      claim,
      `${name} came ${showDuration((whole?.t ?? late?.t ?? 0) - refused.t)} after the pod was refused`,
      [refused.seq, whole?.seq ?? late?.seq ?? first.seq],
    );
  if (timeline.end?.how !== 'completed' && timeline.end?.class !== 'environment')
    return story.notGrown(claim, timeline.after(P.grows.from));
  const wasReady = own.states.some(({ body }) => ready(body) === true);
  const message = wasReady
    ? `${name} came to ${target.pool} without ${target.ask.name} in ${showDuration(target.upWithin)}`
    : `${name} came to ${target.pool} and was not Ready in ${showDuration(target.upWithin)}: ${text(condition(last?.body, 'Ready'), 'message')}`;
  return wasReady
    ? fails(
        claim,
        message,
        [first.seq, last?.seq ?? first.seq],
        'Let new nodes of the pool come with the driver and device plugin of their accelerators.',
      )
    : undecided(
        'environment',
        claim,
        message,
        [first.seq, last?.seq ?? first.seq],
        'See why the new node does not become Ready.',
      );
}

function laterDevices(story: GrowthStory, node: History): { seq: number; t: number } | undefined {
  const { slices } = story.target;
  if (slices === undefined) return undefined;
  const of = (body: Parameters<typeof accelerators>[1]): boolean => text(body, 'spec.nodeName') === node.ref.name;
  return story.timeline
    .objects({ of: slices })
    .objects.flatMap(({ states }) => states)
    .find(({ body }) => of(body) && text(body, 'spec.driver') === story.target.ask.name);
}

function noneCame(story: GrowthStory, claim: string): Finding {
  const { timeline, target } = story;
  const waited = timeline.waits().find((wait) => wait.how === 'timed-out' && wait.within === target.upWithin);
  if (waited === undefined) return story.notGrown(claim, timeline.after(P.grows.from));
  const shortage = soldOut(timeline);
  if (shortage !== undefined)
    return undecided(
      'environment',
      claim,
      `no node could be had: ${shortage.said}`,
      [shortage.seq],
      'Raise the quota, wait until the provider has machines again, or name another pool (--autoscaled-pool).',
    );
  const message = `no node came to ${target.pool} in ${showDuration(target.upWithin)}`;
  if (target.known === undefined)
    return undecided(
      'capacity',
      claim,
      `${message}, and it is not known to have ${target.ask.name}`,
      [waited.seq],
      'Name the pool and what it has: --autoscaled-pool KEY=VALUE:ACCELERATOR.',
    );
  const words = autoscalerWords(timeline);
  return fails(
    claim,
    `${message}, although a pod waited for ${target.ask.name} (${target.known})${words === undefined ? '' : `; ${words.said}`}`,
    words === undefined ? [waited.seq] : [waited.seq, words.seq],
    'See what the autoscaler says of the pod: its events, its log, its bounds.',
  );
}

function refusedAt({ trigger }: GrowthStory): { seq: number; t: number; at: number } | undefined {
  const state = trigger.objects.flatMap(({ states }) => states).find(({ body }) => unschedulable(body) === true);
  if (state === undefined) return undefined;
  const since = Date.parse(text(condition(state.body, 'PodScheduled'), 'lastTransitionTime'));
  return { seq: state.seq, t: state.t, at: Number.isNaN(since) ? 0 : since };
}

/** U3: it runs on that node, and sees a device. */
function runsThere(story: GrowthStory, node: Finding): Finding {
  const { timeline, target } = story;
  const claim = 'the pod runs on the new node and sees its accelerator';
  const ran = expectEventually(story.trigger, all(running, 1), timeline.after(P.grows.from), {
    claim,
    otherwise: 'the pod that waited for an accelerator did not run',
    // That it finds no room is the very thing that the autoscaler is there to end.
    inexcusable: ['insufficient', 'taint', 'cordoned'],
  });
  const taint = ran.outcome === 'pass' ? undefined : strangeTaint(story);
  if (taint !== undefined)
    return undecided(
      'environment',
      claim,
      `${taint.node} came with the taint ${taint.shown}, of which nothing had told: the pod does not tolerate it`,
      [taint.seq],
      'Declare it where the pool says what its nodes are like (Karpenter: spec.template.spec.taints), or begin with one node in the pool.',
    );
  // Whether it is the platform's doing is decided by what came of the node.
  if (ran.outcome === 'fail' && node.outcome === 'inconclusive')
    return { ...ran, outcome: 'inconclusive', class: node.class ?? 'environment' };
  if (ran.outcome !== 'pass' || !story.grew)
    return ran.outcome === 'pass' ? story.notGrown(claim, timeline.whole()) : ran;
  if (target.devices.length === 0)
    return passes(claim, `${ran.message}; which device nodes are accelerators is not known`, ran.evidence);
  const log = timeline.logs().find((one) => one.text.includes('looked'));
  if (log === undefined)
    return undecided('environment', claim, 'its log could not be read', ran.evidence, 'Run again.');
  const patterns = target.devices.map((pattern) => new RegExp(`^(?:${pattern})$`));
  const seen = log.text.split('\n').filter((line) => patterns.some((one) => one.test(line.trim())));
  if (seen.length > 0)
    return passes(claim, `on ${story.node?.ref.name ?? ''}: ${seen.join(', ')}`, [...ran.evidence, log.seq]);
  return fails(
    claim,
    `it runs on ${story.node?.ref.name ?? ''} and sees no accelerator`,
    [...ran.evidence, log.seq],
    'See the device plugin or DRA driver of the new node.',
  );
}

/** Taints that Kubernetes and autoscalers put on nodes which are not ready yet, or about to go. */
const OF_THE_MOMENT =
  /^(?:node\.kubernetes\.io|node\.cloudprovider\.kubernetes\.io|karpenter\.sh)\/|DeletionCandidate|ToBeDeleted/;

/** A taint of a node that came which keeps the trigger off. */
function strangeTaint(story: GrowthStory): { node: string; shown: string; seq: number } | undefined {
  const trigger = story.trigger.objects[0]?.states.at(-1)?.body;
  const tolerated = list(trigger, 'spec.tolerations');
  return story.newNodes
    .flatMap((node) => {
      const last = node.states.at(-1);
      return last === undefined ? [] : list(last.body, 'spec.taints').map((taint) => ({ node, last, taint }));
    })
    .map(({ node, last, taint }) => {
      const [key, value, effect] = [text(taint, 'key'), text(taint, 'value'), text(taint, 'effect')];
      const kept = effect !== 'PreferNoSchedule' && !OF_THE_MOMENT.test(key);
      const known = tolerated.some(
        (one) =>
          (text(one, 'key') === key || text(one, 'key') === '') &&
          (text(one, 'operator') === 'Exists' || text(one, 'value') === value) &&
          ['', effect].includes(text(one, 'effect')),
      );
      return kept && !known ? { node: node.ref.name, shown: `${key}=${value}:${effect}`, seq: last.seq } : undefined;
    })
    .find((one) => one !== undefined);
}

/** U4, for the reader: the machine of the autoscaler that stands for the node. */
function links(story: GrowthStory): Finding[] {
  const { machines } = story.target;
  const name = story.node?.ref.name;
  if (machines === undefined || name === undefined) return [];
  const state = story.timeline
    .objects({ of: machines })
    .objects.flatMap(({ states }) => states)
    .find(({ body }) => text(body, 'status.nodeName') === name);
  if (state === undefined) return [];
  return [
    remark(
      'the autoscaler stands behind the new node',
      `${state.body.kind} ${state.body.metadata.name ?? ''} is ${name}`,
      [state.seq],
    ),
  ];
}
