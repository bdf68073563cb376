/** One request's answer. */
export interface Answered {
  readonly name: string;
  /** `200`, `404`, or `-` when no answer came. */
  readonly status: string;
  /** The backend that signed the answer, `?` when somebody else answered, otherwise the words of the error (or `-`). */
  readonly who: string;
}

/** Windows of requests that were sent until one was as wanted. */
export interface Settling {
  readonly name: string;
  readonly settled: boolean;
  readonly seconds: number;
  /** The last window: answers by who gave them. */
  readonly last: Readonly<Record<string, number>>;
}

/** What a client found (client-script.ts). */
export interface ClientReport {
  /** Backend -> whether it answered when asked past the gateway, or what came instead. */
  readonly control: ReadonlyMap<string, true | string>;
  /** Where the gateway answered. */
  readonly reached: string | undefined;
  readonly unreachable: readonly { readonly url: string; readonly words: string }[];
  readonly answers: readonly Answered[];
  /** Tries after which a request was sent again, in their order: `-` when no answer came. */
  readonly retries: readonly { readonly name: string; readonly id: string; readonly status: string }[];
  readonly settlings: readonly Settling[];
  /** The client came to its end: only then what is not listed did not happen. */
  readonly complete: boolean;
}

/** Reads a client's log. Lines that are not the client's are passed over. */
export function readClient(log: string): ClientReport {
  const control = new Map<string, true | string>();
  const unreachable: { url: string; words: string }[] = [];
  const answers: Answered[] = [];
  const retries: { name: string; id: string; status: string }[] = [];
  const settlings: Settling[] = [];
  const windows = new Map<string, Record<string, number>>();
  let reached: string | undefined;
  let complete = false;
  for (const line of log.split('\n')) {
    const [word = '', ...rest] = line.split(' ');
    const [first = '', second = '', third = ''] = rest;
    const tail = (from: number): string => rest.slice(from).join(' ');
    if (word === 'control') control.set(first, second === '200' && third === first ? true : tail(1));
    else if (word === 'reached') reached = first;
    else if (word === 'unreachable') unreachable.push({ url: first, words: tail(1) });
    else if (word === 'answer' && rest.length >= 4) answers.push({ name: first, status: third, who: tail(3) });
    else if (word === 'again') retries.push({ name: first, id: second, status: third });
    else if (word === 'window') windows.set(first, countsOf(rest.slice(2)));
    else if (word === 'settled' || word === 'unsettled')
      settlings.push({
        name: first,
        settled: word === 'settled',
        seconds: Number(second),
        last: windows.get(first) ?? {},
      });
    else if (line === 'end') complete = true;
  }
  return { control, reached, unreachable, answers, retries, settlings, complete };
}

function countsOf(words: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    words.flatMap((word) => {
      const [who, count] = word.split('=');
      return who === undefined || count === undefined ? [] : [[who, Number(count)]];
    }),
  );
}

/** Answers of a set by who gave them: a backend's name, `?`, a status, or `-` for none at all. */
export function tally(answers: readonly Answered[], name: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    if (answer.name !== name) continue;
    const key = answer.status === '200' ? answer.who : answer.status;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** `400 × a, 100 × b`. */
export function showTally(counts: Readonly<Record<string, number>>): string {
  const shown = Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([who, count]) => `${count} × ${names(who)}`);
  return shown.join(', ') || 'nothing';
}

function names(who: string): string {
  if (who === '-') return 'no answer';
  if (who === '?') return 'an answer of somebody else';
  return /^\d+$/.test(who) ? `status ${who}` : who;
}
