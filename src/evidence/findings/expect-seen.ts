import { showDuration } from '../duration.ts';
import type { Condition } from '../timeline/condition.ts';
import type { ObjectHistory, ObjectState, Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import { type Excusable, excuse } from './excuse.ts';
import { exhausted, givenUp } from './exhausted.ts';
import { cutShort, type Expectation, enumerate, found, notWatched, showState, unusable } from './expectation.ts';
import type { Finding } from './finding.ts';

export interface SeenExpectation extends Expectation, Excusable {}

/** Some object of the selection fulfils the condition at some moment of the window. */
export function expectSeen(
  selection: Selection,
  condition: Condition,
  window: Window,
  expectation: SeenExpectation,
): Finding {
  return expectReached(selection, condition, window, 1, expectation);
}

export interface EachExpectation extends SeenExpectation {
  /** At least so many objects have to exist. */
  readonly count: number;
}

/**
 * Every object of the selection that exists in the window fulfils the condition at some moment of it, and there are at least
 * `count` of them. Not necessarily all at the same moment: that is `expectEventually` with `all(condition, count)`.
 */
export function expectEach(
  selection: Selection,
  condition: Condition,
  window: Window,
  expectation: EachExpectation,
): Finding {
  const present = selection.objects.filter((object) => statesIn(selection, object, window).length > 0);
  return expectReached(selection, condition, window, Math.max(expectation.count, present.length), expectation);
}

function expectReached(
  selection: Selection,
  condition: Condition,
  window: Window,
  count: number,
  expectation: SeenExpectation,
): Finding {
  const { timeline } = selection;
  const useless = unusable(timeline, window, expectation);
  if (useless) return useless;
  const reached = selection.objects.flatMap((object) => {
    const state = statesIn(selection, object, window).find((one) => condition(one.body) === true);
    return state === undefined ? [] : [{ object, state }];
  });
  if (reached.length >= count) {
    const where = enumerate(reached.map(({ object, state }) => showState(object, state)));
    return found(
      expectation,
      'pass',
      `${condition.name}: ${where}`,
      reached.map(({ state }) => state.seq),
    );
  }
  const last = selection.at(window.toSeq);
  const reason = last.map((state) => condition(state.body)).find((answer) => answer !== true);
  const seen = `${reached.length} of ${count} ${condition.name} in ${showDuration(window.to - window.from)} ${window.name}${
    reason === undefined
      ? ` (${selection.objects.length} of ${selection.name} were seen at all)`
      : `: ${String(reason)}`
  }`;
  const evidence = [window.fromSeq, ...last.map((state) => state.seq), window.toSeq];
  const gaveUp = givenUp(selection, condition.name, window);
  const hopeless = gaveUp ? excuse(selection, window, expectation) : undefined;
  if (hopeless) return hopeless;
  if (gaveUp || !exhausted(selection, condition.name, window, undefined))
    return cutShort(timeline, expectation, `not decided, the act was cut short: ${seen}`, evidence);
  const excused = excuse(selection, window, expectation);
  if (excused) return excused;
  const holes = selection.holes(window);
  if (holes.length > 0) return notWatched(expectation, holes, `${seen}, but it may have been missed`);
  return found(expectation, 'fail', `${expectation.otherwise}: ${seen}`, evidence);
}

/** The states of an object in a window, the one that held at its beginning included. */
function statesIn(selection: Selection, object: ObjectHistory, window: Window): readonly ObjectState[] {
  const held = new Set(selection.at(window.fromSeq).map((state) => state.seq));
  return object.states.filter(
    (state) => held.has(state.seq) || (state.seq > window.fromSeq && state.seq <= window.toSeq),
  );
}
