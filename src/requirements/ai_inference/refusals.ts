import { type Finding, fails, passes, undecided } from '../../case-kit/index.ts';
import { binomialLimits } from './binomial-limits.ts';
import { showTally, tally } from './client-report.ts';
import type { Read } from './judging.ts';

/** Backends of the case; whatever else answers is not ours. */
const OURS = ['a', 'd'];

interface Seen {
  readonly counts: Readonly<Record<string, number>>;
  readonly ours: number;
  /** No answer, or that of a program that is not ours. */
  readonly unclear: number;
  readonly asked: number;
  readonly words: string;
}

function seenIn({ report }: Read, name: string, times: number): Seen {
  const counts = tally(report.answers, name);
  const ours = OURS.reduce((sum, model) => sum + (counts[model] ?? 0), 0);
  const asked = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const settling = report.settlings.find((one) => one.name === `to-${name}`);
  const after = settling?.settled === true ? `, after ${settling.seconds} s` : '';
  const unclear = (counts['-'] ?? 0) + (counts['?'] ?? 0);
  return { counts, ours, unclear, asked, words: `${showTally(counts)} of ${times}${after}` };
}

/** All requests of the set were answered by that backend. Silence and other programs' answers leave it open. */
export function goesTo(read: Read, name: string, model: string, times: number, claim: string): Finding {
  const { counts, unclear, words } = seenIn(read, name, times);
  if (counts[model] === times) return passes(claim, words, [read.seq]);
  if (unclear > 0) return undecided('environment', claim, words, [read.seq], OVERLOADED);
  return fails(claim, words, [read.seq], 'See the status of the HTTPRoute and what the implementation logs.');
}

/** None was answered by a backend; all were answered 404. */
export function servesNothing(read: Read, name: string, times: number, claim: string): Finding {
  const { counts, ours, words } = seenIn(read, name, times);
  if (ours > 0)
    return fails(claim, words, [read.seq], 'What no route names (any more) must not reach a backend (Gateway API).');
  if (counts['404'] === times) return passes(claim, words, [read.seq]);
  const remedy =
    'See who answers there: another route of a proxy that several Gateways share may take every host and path.';
  return undecided('environment', claim, words, [read.seq], remedy);
}

/**
 * None was answered by a backend; all were answered with an error. The Gateway API says 500; another error keeps the traffic
 * away as well, and its number is told.
 */
export function notForwarded(read: Read, name: string, times: number, claim: string): Finding {
  const { ours, unclear, asked, words } = seenIn(read, name, times);
  if (ours > 0)
    return fails(
      claim,
      words,
      [read.seq],
      'A reference that is not resolved must not be served by anybody (Gateway API).',
    );
  if (unclear > 0 || asked < times) return undecided('environment', claim, words, [read.seq], OVERLOADED);
  return passes(claim, words, [read.seq]);
}

/** Of two backends of equal weight one does not exist: the other gets no more than its half. */
export function halfIsLost(read: Read, name: string, times: number, claim: string): Finding {
  const { ours, unclear, asked, words } = seenIn(read, name, times);
  const { most } = binomialLimits(times, 0.5);
  if (ours > most)
    return fails(
      claim,
      `${words}; at most ${most} were for the backend that exists`,
      [read.seq],
      'Requests for the share of a backend that cannot be resolved are answered 500 (Gateway API).',
    );
  if (unclear > 0 || asked < times) return undecided('environment', claim, words, [read.seq], OVERLOADED);
  return passes(claim, `${words} (at most ${most} for the backend that exists)`, [read.seq]);
}

const OVERLOADED = "See whether the proxies or this cluster are overloaded, and the client's log, then run again.";
