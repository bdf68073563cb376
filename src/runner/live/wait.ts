import type { UntilOptions } from '../../case-kit/bench.ts';
import { waitTimedOut } from '../../case-kit/stop.ts';
import {
  milliseconds,
  podCause,
  type RecordedObject,
  showDuration,
  showTarget,
  type Target,
} from '../../evidence/index.ts';
import type { CaseLog } from './case-log.ts';
import { BACK_OFF_LASTS, FailedPulls } from './failed-pulls.ts';
import type { Recorder } from './recorder.ts';

export interface WaitQuestion {
  readonly target: Target;
  readonly name: string;
  /** In a quiet wait nothing is amiss when pods stay pending: no cause is looked for. */
  readonly quiet?: true;
  /** True, or why not yet; thrown: the wait is over. */
  look(): true | string;
}

export interface WaitTools {
  readonly recorder: Recorder;
  readonly log: CaseLog;
  readonly signal: AbortSignal;
  /** Deadlines are so many times longer. */
  readonly patience: number;
}

type How = 'met' | 'timed-out' | 'hopeless' | 'quiet' | 'broken' | 'aborted';
/** A reason that changes all the time must not fill the timeline. */
const MOST_REASONS = 100;

/** Waits until a question is answered with true. Looks again at every event of a watch; the reason is shown live. */
export async function waitUntil(tools: WaitTools, question: WaitQuestion, options: UntilOptions): Promise<boolean> {
  const within = milliseconds(options.within) * tools.patience;
  const wait = new Wait(tools, question, within);
  const how = await wait.end('met', 'timed-out');
  if (how === 'met') return true;
  if (options.otherwise === 'go-on') return false;
  if (how === 'hopeless')
    throw waitTimedOut(`gave up waiting for ${wait.what}: ${wait.hopeless}; last: ${wait.lastReason}`, wait.cause);
  throw waitTimedOut(`waited ${showDuration(within)} for ${wait.what}; last: ${wait.lastReason}`, wait.cause);
}

/** Waits for a while and stops early only when the question is answered with true. True when it stayed quiet. */
export async function waitQuiet(tools: WaitTools, question: WaitQuestion, during: number): Promise<boolean> {
  return (await new Wait(tools, { ...question, quiet: true }, during).end('broken', 'quiet')) === 'quiet';
}

class Wait {
  readonly what: string;
  readonly #tools: WaitTools;
  readonly #question: WaitQuestion;
  readonly #within: number;
  readonly #since: number;
  readonly #reasons: { t: number; text: string }[] = [];
  lastReason = '';
  cause: ReturnType<typeof podCause>;
  /** Why waiting longer would show nothing. */
  hopeless = '';
  readonly #pulls = new FailedPulls();
  #lookAnew: NodeJS.Timeout | undefined;

  constructor(tools: WaitTools, question: WaitQuestion, within: number) {
    this.#tools = tools;
    this.#question = question;
    this.#within = within;
    this.#since = tools.log.t();
    this.what = `${showTarget(question.target)}: ${question.name}`;
  }

  /** Runs to the end, writes it down, and says how it ended: `whenTrue`, or `whenOver` when time is up. */
  async end(whenTrue: 'met' | 'broken', whenOver: 'timed-out' | 'quiet'): Promise<How> {
    let how: How = 'aborted';
    try {
      how = await this.#run(whenTrue, whenOver);
      return how;
    } finally {
      const { target, name } = this.#question;
      const { log } = this.#tools;
      log.write({
        kind: 'waited',
        for: this.what,
        target: plain(target),
        condition: name,
        since: this.#since,
        within: this.#within,
        how,
        reasons: this.#reasons,
      });
      log.event({ event: 'wait-ended', case: log.caseId, how });
    }
  }

  async #run<T extends How, O extends How>(whenTrue: T, whenOver: O): Promise<T | O | 'hopeless'> {
    const { recorder, signal, log } = this.#tools;
    const over = Promise.withResolvers<'over'>();
    const stop = (): void => over.reject(signal.reason);
    const timer = setTimeout(() => over.resolve('over'), this.#within);
    over.promise.catch(() => {});
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const change = recorder.nextChange;
        const answer = this.#question.look();
        if (answer === true) return whenTrue;
        this.#reason(answer);
        if (this.#isHopeless()) return 'hopeless';
        // The clock decides, not the timer: a busy stream of events must not keep the wait alive.
        if (log.t() - this.#since >= this.#within) return whenOver;
        if ((await Promise.race([change, over.promise])) === 'over' && this.#question.look() !== true) return whenOver;
      }
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#lookAnew);
      signal.removeEventListener('abort', stop);
    }
  }

  #reason(answer: string): void {
    const cause = this.#cause();
    this.cause = cause;
    const reason = cause === undefined ? answer : `${answer} (${cause.message})`;
    if (reason === this.lastReason) return;
    this.lastReason = reason;
    const { log } = this.#tools;
    if (this.#reasons.length < MOST_REASONS) this.#reasons.push({ t: log.t(), text: reason });
    else this.#reasons[MOST_REASONS - 1] = { t: log.t(), text: reason };
    log.event({ event: 'waiting', case: log.caseId, for: this.what, reason, within: this.#within, since: this.#since });
  }

  #cause(): ReturnType<typeof podCause> {
    return this.#pods()
      .map(podCause)
      .find((cause) => cause !== undefined);
  }

  /** An image that was tried twice will not come: whoever waits for its pods learns nothing more. */
  #isHopeless(): boolean {
    const { log, recorder } = this.#tools;
    const why = this.#pulls.look(this.#pods(), log.t());
    if (why !== undefined) this.hopeless = why;
    // The kubelet may say nothing new meanwhile.
    else if (this.#pulls.some) this.#lookAnew ??= setTimeout(() => recorder.poke(), BACK_OFF_LASTS + 100);
    return why !== undefined;
  }

  /** The pods that are waited for, or those that come of what is waited for. */
  #pods(): readonly RecordedObject[] {
    const { target, quiet } = this.#question;
    if (quiet) return [];
    const pods = target.of === 'v1/Pod' ? target : podsOf(target);
    return pods === undefined ? [] : (this.#tools.recorder.picture(pods) as readonly RecordedObject[]);
  }
}

function podsOf({ uid, group }: Target): Target | undefined {
  if (uid !== undefined) return { of: 'v1/Pod', owner: uid };
  return group === undefined ? undefined : { of: 'v1/Pod', group };
}

/** The target's own fields: a handle carries more. */
function plain({ of, namespace, name, uid, group, owner, labels, fields }: Target): Target {
  const all = { namespace, name, uid, group, owner, labels, fields };
  return { of, ...Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) };
}
