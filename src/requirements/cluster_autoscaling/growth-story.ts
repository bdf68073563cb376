import {
  all,
  type Finding,
  firstMoment,
  type ObjectHistory,
  type ObjectState,
  type RecordedObject,
  running,
  type Selection,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../case-kit/index.ts';
import { ofPool } from './node-conditions.ts';
import type { ScaleTarget } from './scale-target.ts';

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
    const start = this.timeline.mark('start');
    return start === undefined ? [] : this.nodes.at(start.seq);
  }

  /** Of those, the pool's. */
  get poolBefore(): readonly ObjectState[] {
    const start = this.timeline.mark('start')?.seq ?? 0;
    return this.baseline.filter(({ body }) => ofPool(this.target, this.slicesAt(start))(body) === true);
  }

  /** Nodes of the pool that came later, in the order in which they came. */
  get newNodes(): readonly ObjectHistory[] {
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
  get node(): ObjectHistory | undefined {
    const name = this.trigger.objects
      .flatMap(({ states }) => states)
      .map(({ body }) => text(body, 'spec.nodeName'))
      .find((one) => one !== '');
    return name === undefined ? undefined : this.nodes.objects.findLast(({ ref }) => ref.name === name);
  }

  /** Whether the trigger ran on a node that came for it. Without that nothing that follows means anything. */
  get grew(): boolean {
    const { node } = this;
    const ran = firstMoment(this.trigger, all(running, 1), this.timeline.after('trigger created')) !== undefined;
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
