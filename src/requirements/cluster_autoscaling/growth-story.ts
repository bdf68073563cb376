import {
  all,
  type Finding,
  firstMoment,
  type GroupCondition,
  list,
  named,
  number,
  type ObjectState,
  phases,
  type RecordedObject,
  read,
  ready,
  running,
  type Selection,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../case-kit/index.ts';
import type { ScaleTarget } from './scale-act.ts';

/** What is known of one object. */
export type History = Selection['objects'][number];

/** One act for all cases: a pool grows for a pod that waits, keeps what is used, grows for nothing else, and shrinks again. */
export const P = phases({
  before: ['start', 'trigger created'],
  grows: ['trigger created', 'grown'],
  kept: ['grown', 'held'],
  impossible: ['impossible pod created', 'held'],
  shrinks: ['trigger removed', 'shrunk'],
  stable: ['shrunk', 'watched'],
});

/** From the requirement's plan: 20 minutes to grow, 30 to shrink (Cluster Autoscaler waits 10 to 20). */
export const UP_WITHIN = 20 * 60_000;
export const DOWN_WITHIN = 30 * 60_000;
/** How long the pool is watched with a running pod on its new node, and how long after it has shrunk (no flapping). */
export const HOLD = 60_000;
export const STABLE = 120_000;
/** How long a pod that no node could take is left pending. */
export const IMPOSSIBLE = 180_000;

/** What a timeline of this requirement's act tells about nodes: who was there, who came, and which one the trigger runs on. */
export class GrowthStory {
  readonly timeline: Timeline;
  readonly target: ScaleTarget;
  readonly nodes: Selection;

  constructor(timeline: Timeline, target: ScaleTarget) {
    this.timeline = timeline;
    this.target = target;
    this.nodes = timeline.objects({ of: 'v1/Node' });
  }

  /** Nodes that were there before anything was asked for. */
  get baseline(): readonly ObjectState[] {
    const start = this.timeline.mark(P.before.from);
    return start === undefined ? [] : this.nodes.at(start.seq);
  }

  /** Of those, the pool's. */
  get poolBefore(): readonly ObjectState[] {
    const start = this.timeline.mark(P.before.from)?.seq ?? 0;
    return this.baseline.filter(({ body }) => ofPool(this.target, this.slicesAt(start))(body) === true);
  }

  /** Nodes of the pool that came later, in the order in which they came. */
  get newNodes(): readonly History[] {
    const before = new Set(this.baseline.map(({ body }) => body.metadata.uid));
    return this.nodes.objects.filter(
      (node) =>
        !before.has(node.uid) &&
        node.states.some((state) => ofPool(this.target, this.slicesAt(state.seq))(state.body) === true),
    );
  }

  get trigger(): Selection {
    return this.timeline.pods({ group: 'trigger' });
  }

  /** The node that the trigger was bound to; undefined while it was to none. */
  get node(): History | undefined {
    const name = this.trigger.objects
      .flatMap(({ states }) => states)
      .map(({ body }) => text(body, 'spec.nodeName'))
      .find((one) => one !== '');
    return name === undefined ? undefined : this.nodes.objects.findLast(({ ref }) => ref.name === name);
  }

  /** Whether the trigger ran on a node that came for it. Without that nothing that follows means anything. */
  get grew(): boolean {
    const { node } = this;
    const ran = firstMoment(this.trigger, all(running, 1), this.timeline.after(P.grows.from)) !== undefined;
    return ran && node !== undefined && !this.baseline.some(({ body }) => body.metadata.uid === node.uid);
  }

  slicesAt(seq: number): readonly RecordedObject[] {
    const { slices } = this.target;
    if (slices === undefined) return [];
    return this.timeline
      .objects({ of: slices })
      .at(seq)
      .map(({ body }) => body);
  }

  /** A claim that says nothing because the pool never grew; the class is that of what ended the act. */
  notGrown(claim: string, window: Window): Finding {
    const { end } = this.timeline;
    const why = end?.how === 'completed' ? 'environment' : (end?.class ?? 'interrupted');
    const message = end?.message ?? window.missing ?? 'the pool did not grow';
    return undecided(why, claim, `not shown: ${message}`, [], end?.remedy);
  }
}

/** Who speaks of pods whatever scales the cluster. */
const OTHERS = /scheduler|kubelet/;

/** What an autoscaler said last of the pod that waits (FailedScheduling, NotTriggerScaleUp, ...); undefined when nothing. */
export function autoscalerWords(timeline: Timeline): { readonly said: string; readonly seq: number } | undefined {
  const uids = new Set(timeline.pods({ group: 'trigger' }).objects.map(({ uid }) => uid));
  const states = timeline
    .events()
    .objects.flatMap((event) => event.states.slice(-1))
    .filter(({ body }) => uids.has(text(body, 'regarding.uid')) && !OTHERS.test(speaker(body)));
  const last = states.toSorted((a, b) => a.seq - b.seq).at(-1);
  if (last === undefined) return undefined;
  return { said: `${speaker(last.body)} says of the pod: ${text(last.body, 'note')}`, seq: last.seq };
}

/** Events made by older clients name their source elsewhere. */
function speaker(event: unknown): string {
  return text(event, 'reportingController') || text(event, 'deprecatedSource.component');
}

/**
 * Words by which autoscalers and clouds say that there is no machine to be had: Karpenter's InsufficientCapacityError and
 * LaunchFailed, Cluster Autoscaler's FailedToIncreaseSize and FailedToScaleUpGroup, quota messages of clouds.
 */
const NO_MACHINES =
  /insufficient ?(instance)? ?capacity|InsufficientCapacity|LaunchFailed|FailedToIncreaseSize|FailedToScaleUpGroup|out of (quota|stock|resources)|quota ?exceeded|QuotaExceeded|ZONE_RESOURCE_POOL_EXHAUSTED|SkuNotAvailable|AllocationFailed|OverconstrainedAllocation/i;

/** That the provider had no machine, in its own words: from machines and from events; undefined when nobody said so. */
export function soldOut(timeline: Timeline): { said: string; seq: number } | undefined {
  const begun = timeline.mark(P.grows.from)?.t ?? 0;
  for (const entry of timeline.entries) {
    if (entry.t < begun) continue;
    if (entry.kind === 'object' && ['NodeClaim', 'Machine'].includes(entry.ref.kind)) {
      const said = list(entry.body, 'status.conditions').find(
        (one) => text(one, 'status') !== 'True' && NO_MACHINES.test(`${text(one, 'reason')} ${text(one, 'message')}`),
      );
      if (said !== undefined)
        return {
          said: `${entry.ref.kind} ${entry.ref.name}: ${text(said, 'message') || text(said, 'reason')}`,
          seq: entry.seq,
        };
    }
    if (
      entry.kind === 'object' &&
      entry.ref.kind === 'Event' &&
      NO_MACHINES.test(`${text(entry.body, 'reason')} ${text(entry.body, 'note')}`)
    )
      return { said: text(entry.body, 'note'), seq: entry.seq };
    if (entry.kind === 'answer' && entry.name === 'what is said') {
      const event = (Array.isArray(entry.body) ? (entry.body as unknown[]) : []).find(
        (one) =>
          NO_MACHINES.test(`${text(one, 'reason')} ${text(one, 'note')}`) &&
          // What was said before this act is another's story; both clocks are the server's and ours, a minute apart at most.
          lastSeen(one) >= Date.parse(timeline.mark(P.grows.from)?.at ?? '') - 60_000,
      );
      if (event !== undefined)
        return {
          said: `${text(event, 'regarding.kind')} ${text(event, 'regarding.name')}: ${text(event, 'note')}`,
          seq: entry.seq,
        };
    }
  }
  return undefined;
}

function lastSeen(event: unknown): number {
  const moments = ['series.lastObservedTime', 'deprecatedLastTimestamp', 'eventTime', 'metadata.creationTimestamp'];
  return Math.max(0, ...moments.map((path) => Date.parse(text(event, path))).filter((t) => !Number.isNaN(t)));
}

/** Of the pool: by its label, or, where none is known, by the accelerator. */
export function ofPool(target: ScaleTarget, slices: readonly RecordedObject[] = []) {
  return named(`of ${target.pool}`, (node: RecordedObject): true | string => {
    const { label } = target;
    const its =
      label === undefined ? accelerators(target, node, slices) > 0 : node.metadata.labels?.[label.key] === label.value;
    return its ? true : `not of ${target.pool}`;
  });
}

/** How many accelerators of the asked kind a node shows: allocatable ones, or devices that the driver publishes for it. */
export function accelerators({ ask }: ScaleTarget, node: RecordedObject, slices: readonly RecordedObject[]): number {
  if (ask.mode !== 'dra') return Number(read(node, ['status', 'allocatable', ask.name]) ?? 0);
  return slices
    .filter((slice) => text(slice, 'spec.nodeName') === node.metadata.name && text(slice, 'spec.driver') === ask.name)
    .reduce((sum, slice) => sum + list(slice, 'spec.devices').length, 0);
}

/** No node with that uid exists. A node that is cordoned, or not ready, or about to go, is there. */
export function gone({ name, uid }: { name: string; uid: string }): GroupCondition {
  return named(`node ${name} is gone`, (nodes: readonly RecordedObject[]) => {
    const node = nodes.find(({ metadata }) => metadata.uid === uid);
    if (node === undefined) return true;
    const leaving = node.metadata.deletionTimestamp === undefined ? '' : ', told to go';
    const cordoned = read(node, 'spec.unschedulable') === true ? ', cordoned' : '';
    const finalizers = node.metadata.finalizers?.length ? `, finalizers ${node.metadata.finalizers.join(', ')}` : '';
    return `it is still there${leaving}${cordoned}${ready(node) === true ? '' : ', not ready'}${finalizers}`;
  });
}

/** The node went, or one more of the pool came: there is no use in watching any longer. */
export function disturbed(
  target: ScaleTarget,
  { name, uid }: { name: string; uid: string },
  baseline: ReadonlySet<string>,
): GroupCondition {
  const pool = ofPool(target);
  return named(
    `node ${name} is gone, or another one has come to ${target.pool}`,
    (nodes: readonly RecordedObject[]) => {
      if (!nodes.some(({ metadata }) => metadata.uid === uid)) return true;
      // Nodes of other pools come and go meanwhile.
      const more = nodes.some(
        (node) => node.metadata.uid !== uid && !baseline.has(node.metadata.uid ?? '') && pool(node) === true,
      );
      return more ? true : 'the node stays, and no other has come';
    },
  );
}

/** No machine of the autoscaler stands for that node any more. */
export function noMachineFor(name: string): GroupCondition {
  return named(`no machine for ${name}`, (machines: readonly RecordedObject[]) => {
    const machine = machines.find((one) => text(one, 'status.nodeName') === name);
    return machine === undefined ? true : `${machine.kind} ${machine.metadata.name ?? ''} is still there`;
  });
}

/** Milliseconds at which something was created, by its server. */
export function createdAt({ metadata }: RecordedObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}

/** A pod that waits for a place which the pool could give it: it asks for such accelerators and nothing keeps it off. */
export function waitsForPool(pod: RecordedObject, { ask, label, tolerations }: ScaleTarget): boolean {
  const asks = ask.mode === 'dra' ? list(pod, 'spec.resourceClaims').length > 0 : asksFor(pod, ask.name);
  if (text(pod, 'spec.nodeName') !== '' || !asks || isPinned(pod)) return false;
  const wanted = label === undefined ? undefined : read(pod, ['spec', 'nodeSelector', label.key]);
  if (wanted !== undefined && wanted !== label?.value) return false;
  return tolerations.every(({ key }) =>
    list(pod, 'spec.tolerations').some((one) => text(one, 'key') === key || text(one, 'key') === ''),
  );
}

/** Whichever container asks for it. */
function asksFor(pod: RecordedObject, resource: string): boolean {
  return [...list(pod, 'spec.containers'), ...list(pod, 'spec.initContainers')].some((container) => {
    const limit = read(container, ['resources', 'limits', resource]);
    return Number(limit ?? number(container, ['resources', 'requests', resource]) ?? 0) > 0;
  });
}

/** Kept to one node by name: autoscalers do not make nodes for such pods (they could not have that name). */
function isPinned(pod: RecordedObject): boolean {
  const terms = list(
    pod,
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms',
  );
  return terms.length > 0 && terms.every((term) => list(term, 'matchFields').length > 0);
}
