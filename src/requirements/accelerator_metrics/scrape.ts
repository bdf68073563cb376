import type { Bench, BenchAnswer, EntryOf, Timeline } from '../../case-kit/index.ts';
import { type Exposition, parseExposition } from '../../exposition/index.ts';
import type { AcceleratorMetricsRow } from '../../inventory/metrics-tables.ts';
import { type Measured, measure } from './device-readings.ts';
import { type Endpoint, pathOf } from './endpoint.ts';

/** Name under which what endpoints answer stands in the timeline. */
const SCRAPE = 'scrape';
/** As Prometheus asks, but for the text format first: it is what every exporter has. */
const ACCEPT = 'text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1';

/** One answer of one endpoint. */
export interface Scrape {
  readonly endpoint: Endpoint;
  readonly seq: number;
  /** Milliseconds since the run began. */
  readonly t: number;
  readonly status?: number;
  /** Why there is no answer, in the words of whoever refused. */
  readonly said?: string;
  /** Only for status 200. */
  readonly exposition?: Exposition;
  /** Undefined when it fits no known way of naming metrics. */
  readonly measured?: Measured;
  /** The answer was longer than what is kept: what stands after that is not known. */
  readonly cut: boolean;
}

/** Asks an endpoint. Undefined when it did not answer in time: others may. The answer stands in the timeline. */
export async function scrape(bench: Bench, endpoint: Endpoint): Promise<BenchAnswer | undefined> {
  const { namespace, pod, port, path, scheme } = endpoint;
  const request = { namespace, pod, port, path, scheme, headers: { accept: ACCEPT }, timeoutMs: 10_000 };
  try {
    const asked = await bench.attempt(SCRAPE, (named) => named.proxy(request));
    return asked.accepted ? asked.value : undefined;
  } catch (error) {
    bench.signal.throwIfAborted();
    // Silence of one program is its own; that the API server is gone is everybody's.
    if ((error as { code?: unknown }).code === 'timeout') return undefined;
    throw error;
  }
}

/** What an answer tells of devices, while the act runs. */
export function measuredIn(
  answer: BenchAnswer | undefined,
  rows: readonly AcceleratorMetricsRow[],
): Measured | undefined {
  if (answer?.status !== 200) return undefined;
  return measure(parseExposition(answer.text, answer.headers['content-type']), rows);
}

/** Every answer of these endpoints in a timeline, in its order. */
export function scrapesOf(
  timeline: Timeline,
  endpoints: readonly Endpoint[],
  rows: readonly AcceleratorMetricsRow[],
): Scrape[] {
  const byPath = new Map(endpoints.map((endpoint) => [pathOf(endpoint), endpoint]));
  return timeline.answers({ name: SCRAPE }).flatMap((answer): Scrape[] => {
    const endpoint = byPath.get(answer.path);
    return endpoint === undefined ? [] : [read(answer, endpoint, rows)];
  });
}

function read(answer: EntryOf<'answer'>, endpoint: Endpoint, rows: readonly AcceleratorMetricsRow[]): Scrape {
  const { seq, t, status, said, body, headers = {}, digest } = answer;
  const cut = digest !== undefined;
  const base = {
    endpoint,
    seq,
    t,
    cut,
    ...(status === undefined ? {} : { status }),
    ...(said === undefined ? {} : { said }),
  };
  if (status !== 200 || typeof body !== 'string') return base;
  const whole = parseExposition(cut ? body.slice(0, body.lastIndexOf('\n') + 1) : body, headers['content-type']);
  // What was cut off for the record says nothing about how the answer ended.
  const exposition = cut ? { ...whole, problems: whole.problems.filter(({ code }) => code !== 'end') } : whole;
  const measured = measure(exposition, rows);
  return { ...base, exposition, ...(measured === undefined ? {} : { measured }) };
}
