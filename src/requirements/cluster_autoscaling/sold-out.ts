import { list, type Timeline, text } from '../../case-kit/index.ts';

/**
 * Words by which autoscalers and clouds say that there is no machine to be had: Karpenter's InsufficientCapacityError and
 * LaunchFailed, Cluster Autoscaler's FailedToIncreaseSize and FailedToScaleUpGroup, quota messages of clouds.
 */
const NO_MACHINES =
  /insufficient ?(instance)? ?capacity|InsufficientCapacity|LaunchFailed|FailedToIncreaseSize|FailedToScaleUpGroup|out of (quota|stock|resources)|quota ?exceeded|QuotaExceeded|ZONE_RESOURCE_POOL_EXHAUSTED|SkuNotAvailable|AllocationFailed|OverconstrainedAllocation/i;

/** That the provider had no machine, in its own words: from machines and from events; undefined when nobody said so. */
export function soldOut(timeline: Timeline): { said: string; seq: number } | undefined {
  const begun = timeline.mark('trigger created')?.t ?? 0;
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
          lastSeen(one) >= Date.parse(timeline.mark('trigger created')?.at ?? '') - 60_000,
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
