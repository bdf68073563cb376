import {
  type Bench,
  type Finding,
  fact,
  fails,
  type KindName,
  type KubeObject,
  offered,
  passes,
  type RecordedObject,
  read,
  type Selection,
  type Target,
  type Timeline,
  text,
  undecided,
  unschedulable,
  type Window,
} from '../../case-kit/index.ts';
import { grantedNumbers, ownNumbers, reportOf } from './judging.ts';
import type { DeviceNumber } from './probe.ts';
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
interface Left {
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
      return [...offered.allocatedDevices([body as KubeObject])].filter((key) => isOf(target, key)).length;
    return offered.requestedByNode([body as KubeObject]).get(place.node)?.[ask.name] ?? 0;
  };
  const [nodeState] = node?.at(seq) ?? [];
  const allocatable =
    offered.amounts(read(nodeState?.body, 'status.allocatable'))[ask.name] ?? (nodeState === undefined ? usable : 0);
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

/** Group of the pod that asks in the other way of that index. */
export function otherWayPod(index: number): string {
  return `other-way-${index + 1}`;
}

const REMEDY =
  'Let one program alone hand out each device of a node: a device plugin and a DRA driver, or two plugins, do not know of each other.';

/**
 * While all accelerators are held, what the node offers under other names or in other ways (device plugin and DRA driver beside each other)
 * is given out or not: either is right, as long as it is not what the holder has.
 */
export function notTwiceByOtherWays(timeline: Timeline, target: AcceleratorTarget): Finding[] {
  return (target.otherWays ?? []).map((way, index) => {
    const pod = otherWayPod(index);
    const claim = `what is held is not given out as ${way.ask.name} (${way.ask.mode}) at the same time`;
    const { objects } = timeline.pods({ group: pod });
    const refused = timeline.answers({ name: pod, method: 'POST' }).find(({ status }) => status !== 201);
    if (refused !== undefined)
      return undecided('environment', claim, `${pod} was refused: ${refused.said ?? 'no answer'}`, [refused.seq]);
    const states = objects.flatMap((object) => object.states);
    const [first] = states;
    if (first === undefined) return undecided('interrupted', claim, `${pod} was not tried`, []);
    // Also the state with which it was deleted counts: a watch that was late tells there where it had been.
    const last = states.find(({ body }) => text(body, 'spec.nodeName') !== '');
    if (last === undefined) {
      const seen = states.find(({ body }) => unschedulable(body) === true);
      return seen === undefined
        ? undecided('interrupted', claim, `nobody said that ${pod} could not be placed`, [first.seq])
        : passes(claim, `${pod} was not placed`, [seen.seq]);
    }
    const other = reportOf(timeline, pod);
    const holder = reportOf(timeline, 'holder');
    if (holder === undefined || other === undefined)
      return undecided('environment', claim, `${pod} was placed, and what it was given is not known`, [last.seq]);
    if (ownNumbers(holder.report, target).size === 0 || ownNumbers(other.report, { ...target, ...way }).size === 0)
      return undecided('environment', claim, `which accelerators holder and ${pod} were given was not seen`, [
        last.seq,
      ]);
    const both = inCommon({ report: holder.report, of: target }, { report: other.report, of: { ...target, ...way } });
    const evidence = [holder.seq, other.seq];
    if (both.length > 0)
      return fails(claim, `holder and ${pod} both have ${both.join(', ')} at the same time`, evidence, REMEDY);
    return passes(claim, `${pod} has other ones than holder`, evidence);
  });
}

interface Granted {
  readonly report: Parameters<typeof ownNumbers>[0];
  readonly of: AcceleratorTarget;
}

/** What two have in common that only one may have: a device, a partition, or a device of one and a partition of it of the other. */
function inCommon(one: Granted, other: Granted): DeviceNumber[] {
  const own = ({ report, of }: Granted): ReadonlySet<DeviceNumber> => ownNumbers(report, of);
  const against = (granted: Granted, isPart: boolean): ReadonlySet<DeviceNumber> =>
    isPart ? own(granted) : grantedNumbers(granted.report, granted.of);
  const isPart = ({ of }: Granted): boolean => of.unit === 'partition';
  const both = (all: ReadonlySet<DeviceNumber>, some: ReadonlySet<DeviceNumber>): DeviceNumber[] =>
    [...all].filter((number) => some.has(number));
  return [
    ...new Set([...both(own(one), against(other, isPart(one))), ...both(own(other), against(one, isPart(other)))]),
  ];
}
