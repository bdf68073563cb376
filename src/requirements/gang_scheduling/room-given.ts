import {
  all,
  atLeast,
  bound,
  exactly,
  type Finding,
  firstMoment,
  type RecordedObject,
  read,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../case-kit/index.ts';

/** Binding all members of a gang may take so long. */
const SETTLE = 8_000;

/**
 * Whether the gang that has to wait was bound because the room was not taken any more: by somebody else's doing, no fault of the solution.
 * @param never the finding that no member was bound; anything but a fail is given back as it is
 */
export function roomGiven(timeline: Timeline, count: number, never: Finding): Finding {
  if (never.outcome !== 'fail') return never;
  const window = timeline.between('waits created', 'release');
  return holderEnded(timeline, window, never) ?? wholeGangFits(timeline, window, count, never) ?? never;
}

/**
 * What held the slot had been told to end before the first member was bound (Kueue takes back what is not ready in time; a drain): the
 * room that the solution counted on was there, but for pods that end slowly.
 */
function holderEnded(timeline: Timeline, window: Window, never: Finding): Finding | undefined {
  const holders = timeline.pods({ group: 'blocker' });
  const first = firstMoment(timeline.pods({ group: 'waits' }), atLeast(1, bound), window);
  if (first === undefined || holders.objects.length === 0) return undefined;
  if (holders.at(first.seq).some(({ body }) => holds(body))) return undefined;
  const message = `${never.message}; but what was to hold the slot had been told to end before`;
  const remedy =
    'See who ended the pod of the group "blocker" (its events), and whether the node is overloaded; then run again.';
  return undecided('environment', never.claim, message, [...never.evidence, first.seq], remedy);
}

function holds(pod: RecordedObject): boolean {
  const over = ['Succeeded', 'Failed'].includes(text(pod, 'status.phase'));
  return bound(pod) === true && pod.metadata.deletionTimestamp === undefined && !over;
}

/** Placed as a whole, and every member was let in by its node: then there was room, which somebody else must have given back. */
function wholeGangFits(timeline: Timeline, window: Window, count: number, never: Finding): Finding | undefined {
  const waits = timeline.pods({ group: 'waits' });
  const [some, whole] = [exactly(1, bound), all(bound, count)].map((is) => firstMoment(waits, is, window));
  const began = some?.after ?? whole?.after ?? 0;
  if (whole === undefined || whole.after - began > SETTLE) return undefined;
  const refused = waits.at(window.toSeq).some(({ body }) => read(body, 'status.phase') === 'Failed');
  if (refused) return undefined;
  const message = 'the whole gang was placed: somebody else gave room back on its node meanwhile';
  const remedy = 'Run again while nothing else is placed on or removed from the node.';
  return undecided('capacity', never.claim, message, [...never.evidence, whole.seq], remedy);
}
