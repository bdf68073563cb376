import { type Duration, milliseconds, showDuration } from '../duration.ts';
import type { GroupCondition } from '../timeline/condition.ts';
import type { Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import { cutShort, type Expectation, found, notWatched, unusable } from './expectation.ts';
import type { Finding } from './finding.ts';

export interface AlwaysExpectation extends Expectation {
  /** A break of at most so long is allowed (the time in which a gang is being bound). Default none. */
  readonly settle?: Duration;
  /** The window has to have lasted at least so long. */
  readonly lasting?: Duration;
}

interface Break {
  readonly fromSeq: number;
  readonly from: number;
  readonly to: number;
  readonly lastSeq: number;
  readonly reason: string;
  /** It was over before the window was. */
  readonly mended: boolean;
}

/** At every moment of the window, everything that the selection covers fulfils the condition (breaks up to `settle` allowed). */
export function expectAlways(
  selection: Selection,
  condition: GroupCondition,
  window: Window,
  expectation: AlwaysExpectation,
): Finding {
  const { timeline } = selection;
  const useless = unusable(timeline, window, expectation);
  if (useless) return useless;

  const settle = milliseconds(expectation.settle ?? 0);
  const breaks = breaksOf(selection, condition, window);
  const holes = selection.holes(window);
  const worst = breaks.find((one) => settle === 0 || one.to - one.from > settle);
  if (worst !== undefined) {
    const hidden = settle > 0 && holes.some((hole) => hole.from < worst.to && worst.from < hole.to);
    const lasted = showDuration(worst.to - worst.from);
    const seen = `${worst.reason} at +${showDuration(worst.from)} for ${lasted}`;
    // While nothing was watched the break may have been over sooner than it looks.
    if (hidden) return notWatched(expectation, holes, `${seen}, but how long is not known`);
    return found(expectation, 'fail', `${expectation.otherwise}: ${seen}`, [worst.fromSeq, worst.lastSeq]);
  }
  const open = breaks.find((one) => !one.mended);
  if (open !== undefined) {
    const seen = `${open.reason} at +${showDuration(open.from)}, and the window ended before it could settle`;
    return cutShort(timeline, expectation, seen, [open.fromSeq, open.lastSeq]);
  }
  if (holes.length > 0) return notWatched(expectation, holes, `cannot be claimed for ${window.name}`);
  const lasted = window.to - window.from;
  if (lasted < milliseconds(expectation.lasting ?? 0))
    return cutShort(timeline, expectation, `watched for ${showDuration(lasted)} only`, [window.fromSeq, window.toSeq]);
  const settled = breaks.length === 0 ? '' : `, ${breaks.length} times settling within ${showDuration(settle)}`;
  const message = `${condition.name} for ${showDuration(lasted)} ${window.name}${settled}`;
  return found(expectation, 'pass', message, [window.fromSeq, window.toSeq]);
}

function breaksOf(selection: Selection, condition: GroupCondition, window: Window): readonly Break[] {
  const breaks: Break[] = [];
  let open: Omit<Break, 'to' | 'lastSeq' | 'mended'> | undefined;
  for (const seq of selection.moments(window)) {
    const t = Math.max(window.from, selection.timeline.entry(seq)?.t ?? window.from);
    const answer = condition(selection.at(seq).map((state) => state.body));
    if (answer !== true) open ??= { fromSeq: seq, from: t, reason: answer };
    else if (open !== undefined) {
      breaks.push({ ...open, to: t, lastSeq: seq, mended: true });
      open = undefined;
    }
  }
  if (open !== undefined) breaks.push({ ...open, to: window.to, lastSeq: window.toSeq, mended: false });
  return breaks;
}
