import { type Duration, milliseconds, showDuration } from '../duration.ts';
import type { GroupCondition } from '../timeline/condition.ts';
import type { Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import { type Excusable, excuse } from './excuse.ts';
import { exhausted, givenUp } from './exhausted.ts';
import { cutShort, type Expectation, found, notWatched, unusable } from './expectation.ts';
import type { Finding } from './finding.ts';

export interface EventuallyExpectation extends Expectation, Excusable {
  /** Allowed from the beginning of the window. Default: as long as the act waited. */
  readonly within?: Duration;
}

/**
 * At some moment of the window, everything that the selection covers fulfils the condition at once. Not fulfilled: a fail
 * only when the time was really given (`exhausted`), the window was watched, and no cause in the environment explains it.
 */
export function expectEventually(
  selection: Selection,
  condition: GroupCondition,
  window: Window,
  expectation: EventuallyExpectation,
): Finding {
  const { timeline } = selection;
  const useless = unusable(timeline, window, expectation);
  if (useless) return useless;

  const within = expectation.within === undefined ? Number.POSITIVE_INFINITY : milliseconds(expectation.within);
  const first = firstMoment(selection, condition, window);
  if (first !== undefined && first.after <= within) {
    const states = selection.at(first.seq).map((state) => state.seq);
    const message = `${condition.name} after ${showDuration(first.after)} ${window.name}`;
    return found(expectation, 'pass', message, states.length > 0 ? states : [first.seq]);
  }
  const last = selection.at(window.toSeq);
  const reason = condition(last.map((state) => state.body));
  const evidence = [window.fromSeq, ...last.map((state) => state.seq), window.toSeq];
  const seen =
    first === undefined
      ? `${showDuration(window.to - window.from)} ${window.name}: ${reason === true ? 'not all at once' : reason}`
      : `${condition.name} only after ${showDuration(first.after)}, allowed were ${showDuration(within)}`;

  const gaveUp = first === undefined && givenUp(selection, condition.name, window);
  const hopeless = gaveUp ? excuse(selection, window, expectation) : undefined;
  if (hopeless) return hopeless;
  if (gaveUp || (first === undefined && !exhausted(selection, condition.name, window, expectation.within)))
    return cutShort(timeline, expectation, `not decided, the wait for it was cut short: ${seen}`, evidence);
  const excused = excuse(selection, window, expectation);
  if (excused) return excused;
  const holes = selection.holes(window);
  if (holes.length > 0) return notWatched(expectation, holes, `${seen}, but it may have been missed`);
  return found(expectation, 'fail', `${expectation.otherwise}: ${seen}`, evidence);
}

/**
 * When the condition is first fulfilled: the sequence number, and milliseconds from the beginning of the window. For measured
 * times such as the T of a negative window (`negativeWindow`).
 */
export function firstMoment(
  selection: Selection,
  condition: GroupCondition,
  window: Window,
): { seq: number; after: number } | undefined {
  if (window.missing !== undefined) return undefined;
  const seq = selection
    .moments(window)
    .find((moment) => condition(selection.at(moment).map((state) => state.body)) === true);
  if (seq === undefined) return undefined;
  const t = selection.timeline.entry(seq)?.t ?? window.from;
  return { seq, after: Math.max(0, t - window.from) };
}
