import { type Finding, fails, passes, type Timeline, text, undecided } from '../../case-kit/index.ts';
import { grantedNumbers, ownNumbers, reportOf } from './judging.ts';
import type { DeviceNumber } from './probe.ts';
import type { AcceleratorTarget } from './targets.ts';

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
    const last = objects
      .flatMap(({ states }) => states)
      .findLast(({ body }) => text(body, 'metadata.deletionTimestamp') === '');
    if (last === undefined) return undecided('interrupted', claim, `${pod} was not tried`, []);
    if (text(last.body, 'spec.nodeName') === '') return passes(claim, `${pod} was not placed`, [last.seq]);
    const other = reportOf(timeline, pod);
    const holder = reportOf(timeline, 'holder');
    if (holder === undefined || other === undefined)
      return undecided('environment', claim, `${pod} was placed, and what it was given is not known`, [last.seq]);
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
