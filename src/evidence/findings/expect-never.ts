import { type Duration, milliseconds, showDuration } from '../duration.ts';
import type { Condition } from '../timeline/condition.ts';
import type { ObjectHistory, ObjectState, Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import { cutShort, type Expectation, enumerate, found, notWatched, showState, unusable } from './expectation.ts';
import type { Finding } from './finding.ts';

export interface NeverExpectation extends Expectation {
  /** The window has to have lasted at least so long; a shorter silence proves nothing. */
  readonly lasting?: Duration;
}

/**
 * No object of the selection fulfils the condition at any moment of the window, its beginning included. A violation is a
 * fail whatever else was missed. Without one it passes only if the whole window was watched (no gap, watch synced before it
 * and confirmed after it) and lasted long enough.
 */
export function expectNever(
  selection: Selection,
  condition: Condition,
  window: Window,
  expectation: NeverExpectation,
): Finding {
  const useless = unusable(selection.timeline, window, expectation);
  if (useless) return useless;

  const violations = violationsOf(selection, condition, window);
  if (violations.length > 0) {
    const where = enumerate(violations.map(({ object, state }) => showState(object, state)));
    const evidence = violations.map(({ state }) => state.seq);
    return found(expectation, 'fail', `${expectation.otherwise}: ${where} ${condition.name}`, evidence);
  }
  const holes = selection.holes(window);
  if (holes.length > 0) return notWatched(expectation, holes, `cannot be claimed for ${window.name}`);
  const lasted = window.to - window.from;
  const least = milliseconds(expectation.lasting ?? 0);
  if (lasted < least) {
    const message = `watched for ${showDuration(lasted)} instead of ${showDuration(least)}`;
    return cutShort(selection.timeline, expectation, message, [window.fromSeq, window.toSeq]);
  }
  const seen = selection.at(window.toSeq).length;
  const message = `not once ${condition.name} in ${showDuration(lasted)} ${window.name} (${seen} of ${selection.name} existed at its end)`;
  return found(expectation, 'pass', message, [window.fromSeq, window.toSeq]);
}

interface Violation {
  readonly object: ObjectHistory;
  readonly state: ObjectState;
}

/** The first violation of each object. The last body of a deleted object counts: it was so when it went. */
function violationsOf(selection: Selection, condition: Condition, window: Window): readonly Violation[] {
  const atStart = new Set(selection.at(window.fromSeq).map((state) => state.seq));
  return selection.objects.flatMap((object) => {
    const state = object.states.find(
      (one) =>
        (atStart.has(one.seq) || (one.seq > window.fromSeq && one.seq <= window.toSeq)) && condition(one.body) === true,
    );
    return state === undefined ? [] : [{ object, state }];
  });
}
