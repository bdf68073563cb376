import {
  type Condition,
  type Duration,
  expectAlways,
  expectNever,
  type GroupCondition,
  type Target,
  type Timeline,
} from '../../evidence/judging.ts';
import { type ClaimOptions, type Lasting, leastOf, ofControl, ofNothing, type Watched, wordsOf } from './claim.ts';

export interface LastingOptions extends ClaimOptions {
  /** A shorter silence proves nothing. */
  readonly lasting: Lasting;
}

/**
 * No object of the target fulfils the condition at any moment of the phase. One that does is a fail, whatever else was missed. Otherwise it
 * passes only if the target was ever there, every moment of the phase was watched, and the phase lasted long enough.
 */
export function never(target: Target, condition: Condition, options: LastingOptions, sentence: string): Watched {
  const { phase, lasting } = options;
  const words = wordsOf(sentence, options);
  return {
    target,
    phase,
    lasting,
    unless: condition,
    judge: (timeline) => {
      const selection = timeline.objects(target);
      const least = leastIn(timeline, lasting);
      const finding = expectNever(selection, condition, timeline.during(phase), { ...words, lasting: least });
      return ofControl((finding.outcome === 'pass' ? ofNothing(selection, words) : undefined) ?? finding, options);
    },
  };
}

export interface AlwaysOptions extends LastingOptions {
  /** A break of at most so long is allowed: the time in which a gang is being bound. Default none. */
  readonly settle?: Duration;
}

/** At every moment of the phase, everything that the target covers fulfils the condition. It passes as `never` does. */
export function always(target: Target, condition: GroupCondition, options: AlwaysOptions, sentence: string): Watched {
  const { phase, lasting, settle } = options;
  const words = wordsOf(sentence, options);
  return {
    target,
    phase,
    lasting,
    judge: (timeline) => {
      const selection = timeline.objects(target);
      const finding = expectAlways(selection, condition, timeline.during(phase), {
        ...words,
        lasting: leastIn(timeline, lasting),
        ...(settle === undefined ? {} : { settle }),
      });
      return ofControl((finding.outcome === 'pass' ? ofNothing(selection, words) : undefined) ?? finding, options);
    },
  };
}

function leastIn(timeline: Timeline, lasting: Lasting): number {
  return leastOf(lasting, (claim) => claim.took(timeline));
}
