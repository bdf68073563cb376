import {
  all,
  atLeast,
  type CauseCode,
  type Condition,
  type Duration,
  expectEach,
  expectEventually,
  expectSeen,
  firstMoment,
  type GroupCondition,
  type Target,
} from '../../evidence/judging.ts';
import { type ClaimOptions, ofControl, type Reachable, wordsOf } from './claim.ts';

export interface ReachedOptions extends ClaimOptions {
  /** How long an act waits for it. Default 4 m: an image is pulled, a pod starts. */
  readonly within?: Duration;
  /** Causes that are no excuse, because they are the very thing on trial: a device that is not given back shows as `insufficient`. */
  readonly inexcusable?: readonly CauseCode[];
}

/**
 * At some moment of the phase, everything that the target covers fulfils the condition at once. Not so: a fail only when the time was
 * really given, the phase was watched, and no cause in the environment explains it.
 */
export function eventually(
  target: Target,
  condition: GroupCondition,
  options: ReachedOptions,
  sentence: string,
): Reachable {
  return {
    ...waited(target, condition, options),
    judge: (timeline) =>
      ofControl(
        expectEventually(timeline.objects(target), condition, timeline.during(options.phase), {
          ...wordsOf(sentence, options),
          ...excuses(options),
        }),
        options,
      ),
  };
}

/** Some object of the target fulfils the condition at some moment of the phase. */
export function seen(target: Target, condition: Condition, options: ReachedOptions, sentence: string): Reachable {
  return {
    ...waited(target, atLeast(1, condition), options),
    judge: (timeline) =>
      ofControl(
        expectSeen(timeline.objects(target), condition, timeline.during(options.phase), {
          ...wordsOf(sentence, options),
          ...excuses(options),
        }),
        options,
      ),
  };
}

/**
 * Every object of the target that exists in the phase fulfils the condition at some moment of it, not necessarily the same one, and there
 * are at least `count` of them.
 */
export function each(
  target: Target,
  condition: Condition,
  options: ReachedOptions & { readonly count: number },
  sentence: string,
): Reachable {
  return {
    ...waited(target, all(condition, options.count), options),
    judge: (timeline) =>
      ofControl(
        expectEach(timeline.objects(target), condition, timeline.during(options.phase), {
          ...wordsOf(sentence, options),
          ...excuses(options),
          count: options.count,
        }),
        options,
      ),
  };
}

function waited(target: Target, condition: GroupCondition, options: ReachedOptions): Omit<Reachable, 'judge'> {
  const { phase, within = '4m' } = options;
  return {
    target,
    phase,
    condition,
    within,
    took: (timeline) => firstMoment(timeline.objects(target), condition, timeline.during(phase))?.after,
  };
}

function excuses({ inexcusable }: ReachedOptions): Pick<ReachedOptions, 'inexcusable'> {
  return inexcusable === undefined ? {} : { inexcusable };
}
