import { type EntryOf, expectAnswer } from '../../evidence/judging.ts';
import { type Claim, type ClaimOptions, ofControl, wordsOf } from './claim.ts';

/**
 * Every answer that the act recorded under a name (`bench.attempt(name, ...)`) fulfils the check, and there is at least one. An answer that
 * says nothing about the platform (none came, throttled, refused by somebody who is not on trial: `refusalCause`) is inconclusive whatever
 * the check says. `own`: names of the webhooks and policies of the solution on trial.
 */
export function answers(
  question: { readonly name: string; readonly method?: string; readonly via?: 'api' | 'proxy' },
  check: (answer: EntryOf<'answer'>) => true | string,
  options: Omit<ClaimOptions, 'phase'> & { readonly count?: number; readonly own?: RegExp },
  sentence: string,
): Claim {
  const { count, own } = options;
  return {
    judge: (timeline) =>
      ofControl(
        expectAnswer(timeline, question, check, {
          ...wordsOf(sentence, options),
          ...(count === undefined ? {} : { count }),
          ...(own === undefined ? {} : { own }),
        }),
        options,
      ),
  };
}

/** The API server answered 201. */
export function created({ status }: EntryOf<'answer'>): true | string {
  return status === 201 || `status ${status ?? 'none'}`;
}
