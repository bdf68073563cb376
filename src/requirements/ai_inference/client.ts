import type { Limits } from './judging.ts';

/** How often each question is asked, where nothing is left to chance. */
export const TIMES = 20;

/** One request as a client sends it. Header values hold no quotes. */
export interface Ask {
  /** Name of this set of requests in the client's log. */
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a set of requests has to come to: how many of each answer (a backend's name, or a status such as `404`). */
export type Wanted = Readonly<Record<string, Limits>>;

/** Requests side by side. Each is a process of its own, so more only wait for each other. */
const WORKERS = 8;

/** Until a programmed Gateway answers, seconds: as long as it may take to be programmed; data-plane convergence where it refuses. */
const REACHED_WITHIN = 300;
const REFUSING_FOR = 120;

/**
 * The client, in busybox' sh. It prints a fact a line (client-report.ts reads them):
 *
 * ```
 * control BACKEND STATUS WHO          a backend asked directly, past the gateway
 * reached URL STATUS                  the gateway answered there (whatever it answered)
 * unreachable URL WORDS               it did not, in all the time given
 * expected NAME a=80,360,440 b=20,...  weight, least and most allowed, for the report's picture
 * again NAME ID STATUS WORDS          no answer, or 502 to 504: asked again
 * answer NAME ID STATUS WHO           WHO: the backend that signed the answer, ? when somebody else did, - when it is an error
 * window NAME SECONDS a=80 b=20 other=0
 * settled NAME SECONDS | unsettled NAME SECONDS
 * end
 * ```
 * Every request is a connection of its own and has three seconds. `timeout` because Debian's static busybox crashes on `wget -T`.
 */
const FUNCTIONS = `
COUNT='$1 == "answer" { k = ($5 == "-" || $4 == "-") ? $4 : $5; c[k]++; total++ }
END { n = split(limits, l, ","); bad = 0; sum = 0
  for (i = 1; i <= n; i++) { split(l[i], p, ":"); v = c[p[1]] + 0; sum += v; printf "%s=%d ", p[1], v
    if (v < p[2] + 0 || v > p[3] + 0) bad = 1 }
  printf "other=%d\\n", total - sum; exit (bad || total != sum) }'
one() {
  if said=$(timeout 3 wget -q -O - "$@" 2>&1); then
    case $said in "plimsoll $PLIMSOLL_RUN "*) got="200 \${said##* }" ;; *) got='200 ?' ;; esac
  else
    code=$?
    case $said in
      *'server returned error: HTTP/'*) said=\${said##*error: HTTP/}; said=\${said#* }; got="\${said%% *} -" ;;
      '') got="- no answer in time (exit code $code)" ;;
      *) got="- \${said##*: }" ;;
    esac
  fi
}
ask() {
  name=$1 id=$2 tries=0; shift 2
  while :; do
    one "$@"
    case $got in
      '- '*|50[234]*) tries=$((tries + 1)); [ $tries -lt 3 ] && { echo "again $name $id $got"; sleep 1; continue; } ;;
    esac
    echo "answer $name $id $got"; return
  done
}
many() {
  set_of=$1 count=$2 worker=1; shift 2
  while [ $worker -le ${WORKERS} ]; do
    ( n=$worker; while [ $n -le $count ]; do ask $set_of $n "$@"; n=$((n + ${WORKERS})); done ) &
    worker=$((worker + 1))
  done
  wait
}
settle() {
  window=$1 seconds=$2 size=$3 limits=$4 began=$(date +%s); shift 4
  while :; do
    if line=$(many $window $size "$@" | awk -v limits="$limits" "$COUNT"); then good=yes; else good=; fi
    now=$(($(date +%s) - began))
    echo "window $window $now $line"
    [ -n "$good" ] && { echo "settled $window $now"; return; }
    [ $now -ge $seconds ] && { echo "unsettled $window $now"; return; }
    sleep 1
  done
}
control() {
  for try in 1 2 3 4 5 6 7 8 9 10; do
    one "$2"
    case $got in '200 '*) break ;; esac
    sleep 1
  done
  echo "control $1 $got"
}
reach() {
  seconds=$1 refusing=$2 began=$(date +%s); shift 2
  while :; do
    silent=
    for url in "$@"; do
      one "$url/"
      case $got in
        '- '*refused*) ;;
        '- '*) silent=yes ;;
        *) echo "reached $url \${got%% *}"; GATEWAY=$url; return 0 ;;
      esac
    done
    now=$(($(date +%s) - began))
    [ $now -ge $seconds ] && break
    [ -z "$silent" ] && [ $now -ge $refusing ] && break
    sleep 1
  done
  for url in "$@"; do one "$url/"; echo "unreachable $url \${got#- }"; done
  return 1
}
`;

/** Steps of a client, in their order. */
export class ClientScript {
  readonly #steps: string[] = [];
  #seconds = 0;

  /** How long it may take at most, milliseconds: for the wait and the pod's own deadline. */
  get most(): number {
    return (this.#seconds + 60) * 1000;
  }

  /** Backends directly, to show that the same client in the same place gets answers. `urls`: backend -> URL. */
  control(urls: Readonly<Record<string, string>>): this {
    this.#seconds += 10 * Object.keys(urls).length;
    for (const [name, url] of Object.entries(urls)) this.#steps.push(`control ${name} ${quote(url)}`);
    return this;
  }

  /**
   * Finds the first of these addresses where something answers; everything after it goes there. Ends when there is none: after
   * `seconds` (a load balancer may need minutes), or after `refusing` when all of them refuse connections.
   */
  reach(urls: readonly string[], seconds = REACHED_WITHIN, refusing = REFUSING_FOR): this {
    this.#seconds += seconds + 10 * urls.length;
    this.#steps.push(`reach ${seconds} ${refusing} ${urls.map(quote).join(' ')} || { echo end; exit 0; }`);
    return this;
  }

  /** Says what a set of requests is to come to, and what is allowed, for whoever draws it (report/pictures/backend-shares.ts). */
  expected(name: string, weights: Readonly<Record<string, number>>, wanted: Wanted): this {
    const words = Object.entries(weights).map(([backend, weight]) => {
      const { least = 0, most = 0 } = wanted[backend] ?? {};
      return `${backend}=${weight},${least},${most}`;
    });
    this.#steps.push(`echo ${quote(`expected ${name} ${words.join(' ')}`)}`);
    return this;
  }

  /** Asks `size` times again and again until one such window is as wanted, for `seconds` at most, and goes on either way. */
  settle(ask: Ask, size: number, wanted: Wanted, seconds: number): this {
    this.#seconds += seconds + 30;
    const limits = Object.entries(wanted).map(([who, { least, most }]) => `${who}:${least}:${most}`);
    this.#steps.push(`settle ${ask.name} ${seconds} ${size} ${limits.join(',')} ${argumentsOf(ask)}`);
    return this;
  }

  /** Asks `count` times, each answer printed. */
  ask(ask: Ask, count: number): this {
    this.#seconds += Math.ceil(count / 10) + 10;
    this.#steps.push(`many ${ask.name} ${count} ${argumentsOf(ask)}`);
    return this;
  }

  toString(): string {
    return `${FUNCTIONS}\n${this.#steps.join('\n')}\necho end\n`;
  }
}

function argumentsOf({ host, path, headers = {} }: Ask): string {
  const all = Object.entries({ Host: host, ...headers }).map(
    ([name, value]) => `--header ${quote(`${name}: ${value}`)}`,
  );
  return `${all.join(' ')} "$GATEWAY"${quote(path)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** One request's answer. */
export interface Answered {
  readonly name: string;
  /** `200`, `404`, or `-` when no answer came. */
  readonly status: string;
  /** The backend that signed the answer, `?` when somebody else answered, otherwise the words of the error (or `-`). */
  readonly who: string;
}

/** Windows of requests that were sent until one was as wanted. */
interface Settling {
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
