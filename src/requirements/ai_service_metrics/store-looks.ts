import type { Bench, Duration } from '../../case-kit/index.ts';
import type { MetricsStore } from '../../inventory/monitoring.ts';
import { METRICS } from '../metered-service/metric-names.ts';
import { query, selectorOf } from '../metered-service/query.ts';
import type { Series } from '../metered-service/read-vector.ts';
import { type PodIdentity, seriesOf } from './pod-series.ts';
import { LOOKS } from './story.ts';

export type Check = (series: readonly Series[]) => true | string;

/** Looks of the act into the store. Each is recorded under its name; the judge looks at what was recorded. */
export class StoreLooks {
  readonly #bench: Bench;
  readonly #store: MetricsStore;
  readonly #namespace: string;
  /** Requests that each pod has answered so far, for the picture of the report. */
  readonly #answered = new Map<PodIdentity, number>();

  constructor(bench: Bench, store: MetricsStore, namespace: string) {
    this.#bench = bench;
    this.#store = store;
    this.#namespace = namespace;
  }

  /** A query that every Prometheus API can answer. The act ends when it never does. */
  async answersAtAll(): Promise<void> {
    const look = async (): Promise<true | string> => {
      const said = await query(this.#bench, this.#store, 'vector(1)', LOOKS.answers);
      return typeof said === 'string' ? said : one(said);
    };
    await this.#bench.poll(LOOKS.answers, look, { within: '60s', every: '1s' });
  }

  /** A pod answered so many more requests. */
  answered(pod: PodIdentity, count: number): void {
    this.#answered.set(pod, (this.#answered.get(pod) ?? 0) + count);
  }

  /** One look at the series of a run (default: the case's own). */
  async once(name: string, run = this.#bench.namespace): Promise<readonly Series[] | string> {
    const namespace = run === this.#bench.namespace ? this.#namespace : run;
    return query(this.#bench, this.#store, selectorOf(run, namespace), name);
  }

  /** Looks each second until the check is fulfilled; false when time is up. */
  until(name: string, check: Check, within: Duration): Promise<boolean> {
    const look = async (): Promise<true | string> => {
      const said = await this.once(name);
      if (typeof said !== 'string') this.#note(said);
      return typeof said === 'string' ? said : check(said);
    };
    return this.#bench.poll(name, look, { within, every: '1s', otherwise: 'go-on' });
  }

  #note(series: readonly Series[]): void {
    const pods = [...this.#answered].map(([pod, answered]) => {
      const [one] = seriesOf(pod, METRICS.requests, series);
      return { pod: pod.name, answered, ...(one === undefined ? {} : { stored: one.value }) };
    });
    this.#bench.note('requests in the store', { pods });
  }

  /** For the diagnosis: whether pods were found at all, and whether scraping them worked. */
  async targets(): Promise<void> {
    await query(this.#bench, this.#store, `up{namespace="${this.#namespace}"}`, LOOKS.targets);
  }
}

export function one(series: readonly Series[]): true | string {
  const [first] = series;
  return (series.length === 1 && first?.value === 1) || `vector(1) is ${first === undefined ? 'empty' : first.value}`;
}

export function both(first: Check, second: Check): Check {
  return (series) => {
    const said = first(series);
    return said === true ? second(series) : said;
  };
}
