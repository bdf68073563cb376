import { showDuration } from '../duration.ts';
import type { Bar, InconclusiveClass } from '../outcome.ts';
import { showRecordedRef } from '../recorded-object.ts';
import type { Hole, ObjectHistory, ObjectState, Timeline } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import type { Finding } from './finding.ts';

/** What every `expect...` is told beside its question. */
export interface Expectation {
  /** What is asked of the platform, as a sentence: `no member is bound without its gang`. */
  readonly claim: string;
  /** What it means when it does not hold: `a member was bound without its gang`. */
  readonly otherwise: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** `behaviour`: the official bar does not ask for it. */
  readonly bar?: Bar;
}

/** A finding of an expectation. */
export function found(
  expectation: Expectation,
  outcome: Finding['outcome'],
  message: string,
  evidence: readonly number[],
  more: { class?: InconclusiveClass; remedy?: string } = {},
): Finding {
  const remedy = more.remedy ?? (outcome === 'fail' ? expectation.remedy : undefined);
  return {
    outcome,
    claim: expectation.claim,
    message,
    evidence: [...new Set(evidence)].sort((a, b) => a - b),
    ...(more.class === undefined ? {} : { class: more.class }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(expectation.bar === undefined ? {} : { bar: expectation.bar }),
  };
}

/**
 * An expectation that cannot be decided because the act was cut short. Its class is that of whatever ended the act, so that a
 * Ctrl-C reads `interrupted` and a refused request `permission`. An act that ran to its end left the step out because of what the cluster
 * did: that is no error of ours, and mostly another finding says what it was.
 */
export function cutShort(
  timeline: Timeline,
  expectation: Expectation,
  message: string,
  evidence: readonly number[] = [],
): Finding {
  const { end } = timeline;
  const because = end?.message === undefined ? '' : ` (${end.message})`;
  const remedy = end?.how === 'completed' ? LEFT_OUT : end?.remedy;
  const finding = found(expectation, 'inconclusive', `${message}${because}`, evidence, {
    class: end?.how === 'completed' ? 'environment' : (end?.class ?? 'interrupted'),
    ...(remedy === undefined ? {} : { remedy }),
  });
  return { ...finding, follows: true };
}

const LEFT_OUT = 'See the other findings of this case for what came before it, then run again.';

/** The finding for a window that cannot be used, or undefined when it can. */
export function unusable(timeline: Timeline, window: Window, expectation: Expectation): Finding | undefined {
  if (window.missing === undefined) return undefined;
  return cutShort(timeline, expectation, `not decided: ${window.missing}`);
}

/** The finding for a window that was not watched all the time. */
export function notWatched(expectation: Expectation, holes: readonly Hole[], what: string): Finding {
  const first = holes[0];
  const when = first === undefined ? '' : ` at +${showDuration(first.from)}`;
  const evidence = holes.flatMap((hole) => hole.evidence);
  return found(expectation, 'inconclusive', `${what}: ${first?.why ?? 'it was not watched'}${when}`, evidence, {
    class: 'environment',
    remedy: 'Run the case again; if it happens again, look for an overloaded or restarting API server.',
  });
}

/** `Pod ns/gang-0 at +12.3 s`. */
export function showState(object: ObjectHistory, state: ObjectState): string {
  return `${showRecordedRef(object.ref)} at +${showDuration(state.t)}`;
}

/** `a, b, c and 4 more`. */
export function enumerate(items: readonly string[], most = 3): string {
  if (items.length <= most) return items.join(', ');
  return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
}
