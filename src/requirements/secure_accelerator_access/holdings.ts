import {
  type Bench,
  fact,
  type KindName,
  type KubeObject,
  type RecordedObject,
  read,
  type Selection,
  type Target,
  type Timeline,
  text,
  type Window,
} from '../../case-kit/index.ts';
import { requestedByNode } from '../../inventory/free-capacity.ts';
import { amounts } from '../../inventory/node-facts.ts';
import { allocatedDevices } from '../../inventory/resource-slices.ts';
import type { AcceleratorTarget } from './targets.ts';

/** Two watches deliver side by side: what one of them shows a moment later may have happened before. */
const APART_MS = 2_000;

interface Watched {
  /** Pods of others on the node, or claims of others. */
  readonly holders: Target;
  /** The node itself; only where accelerators are counted by its allocatable. */
  readonly node?: Target;
}

const WATCHED = fact<Watched>('others watched');

/** What has to be readable for `watchHoldings`. */
export function holdingsRead({ ask }: AcceleratorTarget): KindName[] {
  return ask.mode === 'dra' ? [claimsOf(ask.apiVersion)] : ['v1/Pod', 'v1/Node'];
}

/** Watches which accelerators of the target's node others hold, from now to the end of the act. */
export async function watchHoldings(bench: Bench, { ask, place }: AcceleratorTarget): Promise<void> {
  if (ask.mode === 'dra') {
    const holders = await bench.observeOthers({ of: claimsOf(ask.apiVersion) }, ['status.allocation.devices.results']);
    bench.learn(WATCHED, { holders });
    return;
  }
  const [holders, node] = await Promise.all([
    bench.observeOthers({ of: 'v1/Pod', fields: `spec.nodeName=${place.node}` }, [
      'spec.nodeName',
      'spec.resources',
      'spec.containers.*.resources',
      'spec.initContainers.*.resources',
      'spec.initContainers.*.restartPolicy',
      'status.phase',
    ]),
    bench.observeOthers({ of: 'v1/Node', fields: `metadata.name=${place.node}` }, ['status.allocatable']),
  ]);
  bench.learn(WATCHED, { holders, node });
}

/** How many accelerators of the node others left at a moment, and where that is written. */
export interface Left {
  readonly count: number;
  readonly evidence: readonly number[];
  /** Who held any: `namespace/name`. */
  readonly holders: readonly string[];
}

/** The moment from the beginning of the window to shortly after `until` at which others left most; undefined when nobody watched. */
export function mostLeft(
  timeline: Timeline,
  target: AcceleratorTarget,
  window: Window,
  until: number,
): Left | undefined {
  const selections = watched(timeline);
  if (selections === undefined) return undefined;
  const seqs = [selections.holders, ...(selections.node === undefined ? [] : [selections.node])].flatMap((selection) =>
    selection.objects.flatMap((object) =>
      object.states
        .filter((state) => state.seq > window.fromSeq && state.t <= until + APART_MS)
        .map((state) => state.seq),
    ),
  );
  return [window.fromSeq, ...seqs]
    .map((seq) => leftAt(selections, target, seq))
    .reduce((most, left) => (left.count > most.count ? left : most));
}

/** What others left at the end of a window; undefined when nobody watched. */
export function leftAtEnd(timeline: Timeline, target: AcceleratorTarget, window: Window): Left | undefined {
  const selections = watched(timeline);
  return selections === undefined ? undefined : leftAt(selections, target, window.toSeq);
}

function watched(timeline: Timeline): { holders: Selection; node?: Selection } | undefined {
  const data = timeline.learned(WATCHED)?.data;
  if (data === undefined) return undefined;
  const holders = timeline.objects(data.holders);
  return data.node === undefined ? { holders } : { holders, node: timeline.objects(data.node) };
}

function leftAt(
  { holders, node }: { holders: Selection; node?: Selection },
  target: AcceleratorTarget,
  seq: number,
): Left {
  const { ask, place, usable } = target;
  const states = holders.at(seq);
  const bodies = states.map((state) => state.body);
  const takes = (body: RecordedObject): number => {
    if (ask.mode === 'dra')
      return [...allocatedDevices([body as KubeObject])].filter((key) => isOf(target, key)).length;
    return requestedByNode([body as KubeObject]).get(place.node)?.[ask.name] ?? 0;
  };
  const [nodeState] = node?.at(seq) ?? [];
  const allocatable =
    amounts(read(nodeState?.body, 'status.allocatable'))[ask.name] ?? (nodeState === undefined ? usable : 0);
  const holding = states.filter((state) => takes(state.body) > 0);
  return {
    count: (ask.mode === 'dra' ? usable : allocatable) - bodies.reduce((sum, body) => sum + takes(body), 0),
    evidence: [...holding.map((state) => state.seq), ...(nodeState === undefined ? [] : [nodeState.seq])],
    holders: holding.map(({ body }) => `${text(body, 'metadata.namespace')}/${text(body, 'metadata.name')}`),
  };
}

/** Is that allocated device (`driver/pool/device`) one of the target's? */
function isOf({ ask, devices }: AcceleratorTarget, key: string): boolean {
  return key.startsWith(`${ask.name}/`) && devices.includes(key.slice(ask.name.length + 1));
}

function claimsOf(apiVersion = 'resource.k8s.io/v1'): KindName {
  return `${apiVersion}/ResourceClaim` as KindName;
}

/** The holder pod was bound and had not ended when it was last seen before `seq`. */
export function stillHolds(timeline: Timeline, pod: string, seq: number): boolean {
  return timeline
    .pods({ group: pod })
    .at(seq)
    .some(
      ({ body }) => text(body, 'spec.nodeName') !== '' && !['Succeeded', 'Failed'].includes(text(body, 'status.phase')),
    );
}
