import { refusalCause } from '../environment/refusal-cause.ts';
import type { InconclusiveClass } from '../outcome.ts';
import type { EntryOf } from '../timeline/entry.ts';
import type { Timeline } from '../timeline/question.ts';
import { cutShort, type Expectation, found } from './expectation.ts';
import type { Finding } from './finding.ts';

type Answer = EntryOf<'answer'>;
type Log = EntryOf<'log'>;

export interface AnswerExpectation extends Expectation {
  /** At least so many answers; default 1. */
  readonly count?: number;
  /** Names of the webhooks and policies that belong to the solution on trial: what they refuse counts. Default: none does. */
  readonly own?: RegExp;
}

/**
 * Every answer of that name fulfils the check. Answers that say nothing about the platform's behaviour (none came, 401, 429, refused by
 * somebody who can be named and is not on trial: `refusalCause`) are inconclusive, whatever their status and the check would say. So a
 * policy that refuses what ought to be refused anyway proves nothing either.
 */
export function expectAnswer(
  timeline: Timeline,
  question: { name: string; method?: string; via?: 'api' | 'proxy' },
  check: (answer: Answer) => true | string,
  expectation: AnswerExpectation,
): Finding {
  const answers = timeline.answers(question);
  const silent = answers.flatMap((answer) => {
    const noWord = says(answer, expectation.own);
    return noWord === undefined ? [] : [{ answer, noWord }];
  });
  for (const answer of answers.filter((one) => !silent.some((other) => other.answer === one))) {
    const reason = check(answer);
    if (reason === true) continue;
    return found(expectation, 'fail', `${expectation.otherwise}: ${reason} (${shown(answer)})`, [answer.seq]);
  }
  const first = silent[0];
  if (first !== undefined) {
    const { class: why, message, remedy } = first.noWord;
    const where = `${message} (${shown(first.answer)})`;
    return found(expectation, 'inconclusive', where, [first.answer.seq], { class: why, remedy });
  }
  if (answers.length < (expectation.count ?? 1))
    return cutShort(
      timeline,
      expectation,
      `${answers.length} of ${expectation.count ?? 1} answers "${question.name}" came`,
    );
  const statuses = [...new Set(answers.map((answer) => answer.status))].join(', ');
  const message = `${answers.length} × "${question.name}" answered ${statuses}`;
  return found(
    expectation,
    'pass',
    message,
    answers.map((answer) => answer.seq),
  );
}

interface NoWord {
  readonly class: InconclusiveClass;
  readonly message: string;
  readonly remedy: string;
}

/** What an answer of the API server means when it says nothing about the platform's behaviour. */
function says(answer: Answer, own: RegExp | undefined): NoWord | undefined {
  if (answer.via === 'proxy') return undefined;
  const said = answer.said ?? answer.error ?? '';
  if (answer.status === undefined)
    return {
      class: 'environment',
      message: `no answer came: ${said}`,
      remedy: 'See whether the API server is reachable and well, then run again.',
    };
  if (answer.status === 401) return { class: 'permission', message: said, remedy: 'Log in again, then run again.' };
  if (answer.status === 429)
    return {
      class: 'environment',
      message: `throttled: ${said}`,
      remedy: 'Run again when the API server is less busy.',
    };
  return answer.status >= 400 ? refusalCause(said, `"${answer.name}"`, own) : undefined;
}

function shown(answer: Answer): string {
  const said = answer.said === undefined ? '' : `: ${answer.said}`;
  return `${answer.method} ${answer.path} -> ${answer.status ?? 'no answer'}${said}`;
}

export interface LogExpectation extends Expectation {
  /** At least so many logs; default 1. */
  readonly count?: number;
}

/** Every log asked for fulfils the check. */
export function expectLog(
  timeline: Timeline,
  question: { pod?: string; container?: string },
  check: (text: string, log: Log) => true | string,
  expectation: LogExpectation,
): Finding {
  const logs = timeline.logs(question);
  for (const log of logs) {
    const reason = check(log.text, log);
    if (reason !== true)
      return found(expectation, 'fail', `${expectation.otherwise}: ${reason} (log of ${log.pod}/${log.container})`, [
        log.seq,
      ]);
  }
  if (logs.length < (expectation.count ?? 1))
    return cutShort(timeline, expectation, `${logs.length} of ${expectation.count ?? 1} logs were read`);
  return found(
    expectation,
    'pass',
    `${logs.length} log(s) as expected`,
    logs.map((log) => log.seq),
  );
}
