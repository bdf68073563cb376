import {
  type Bench,
  type Case,
  type Duration,
  defineCase,
  exposition,
  type Finding,
  list,
  metered,
  type RecordedObject,
  type Selection,
  type Timeline,
  text,
} from '../../case-kit/index.ts';
import { COLLECTION } from './collection-act.ts';
import { type COUNTED, instancesOf, LOOKS, type Params } from './instances.ts';

/** A pod as the platform may name it on a series. */
export interface PodIdentity {
  readonly name: string;
  /** Empty when it has none. */
  readonly ips: readonly string[];
}

/**
 * Does a series say that it is of this pod? The service itself says nothing of its pod, so whatever label names it (`pod`, `instance`,
 * `kubernetes_pod_name`, ...) was put there by who collected it. A name counts before an address: that of a removed pod may have been given
 * to its successor.
 */
export function isOf({ name, ips }: PodIdentity, { labels }: metered.Series): boolean {
  const values = Object.entries(labels).flatMap(([label, value]) => (label === metered.RUN_LABEL_NAME ? [] : [value]));
  if (values.includes(name)) return true;
  // Names of the pods of one ReplicaSet differ behind the last hyphen.
  const siblings = name.slice(0, name.lastIndexOf('-') + 1);
  if (values.some((value) => value.startsWith(siblings))) return false;
  const hosts = ips.flatMap((ip) => (ip.includes(':') ? [ip, `[${ip}]`] : [ip]));
  return values.some((value) => hosts.some((host) => value === host || value.startsWith(`${host}:`)));
}

/** The series of a pod with that name and, if it has one, that `le`. */
export function seriesOf(pod: PodIdentity, name: string, all: readonly metered.Series[]): metered.Series[] {
  return all.filter((one) => one.name === name && isOf(pod, one));
}

/** How people see a series: `name{pod="a"} 3`. */
export function shown({ name, labels, value }: metered.Series): string {
  const pairs = Object.entries(labels).map(([key, of]) => `${key}="${of}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

export function identityOf(pod: RecordedObject): PodIdentity {
  const ips = list(pod, 'status.podIPs').map((one) => text(one, 'ip'));
  return { name: pod.metadata.name ?? '', ips: ips.filter((ip) => ip !== '') };
}

/** The pods that a fact names, as they were last seen, in that order. */
export function podsOf(timeline: Timeline, fact: typeof COUNTED, pods: Selection): PodIdentity[] {
  return (timeline.learned(fact)?.data.pods ?? []).flatMap((name) => {
    const state = pods.objects.find((one) => one.ref.name === name)?.states.findLast((one) => one.event !== 'DELETED');
    return state === undefined ? [] : [identityOf(state.body)];
  });
}

/** Completions that a pod answered before an entry. */
export function servedBy(timeline: Timeline, pod: string, before: number): number {
  return timeline
    .answers({ name: metered.completionsOf(pod) })
    .filter((answer) => answer.seq < before && answer.status === 200).length;
}

/** What a pod said last before an entry, or why that cannot be used. */
export function ownWord(timeline: Timeline, pod: PodIdentity, before: number): OwnWord | string {
  const answer = timeline.answers({ name: metered.ownMetricsOf(pod.name) }).findLast((one) => one.seq < before);
  if (answer === undefined) return `the metrics of pod ${pod.name} were not read`;
  return ownWordOf(pod, typeof answer.body === 'string' ? answer.body : '', answer.headers?.['content-type']);
}

/** What a pod showed, read strictly, or what is wrong with it. */
export function ownWordOf(pod: PodIdentity, body: string, contentType?: string): OwnWord | string {
  const { samples, problems } = exposition.parseExposition(body, contentType);
  const [problem] = problems;
  if (problem === undefined) return { pod, samples };
  return `what pod ${pod.name} itself shows is not well-formed: line ${problem.line}: ${problem.message}`;
}

/** What a pod itself says, sample by sample. */
export interface OwnWord {
  readonly pod: PodIdentity;
  readonly samples: readonly exposition.Sample[];
}

/** Every pod has series of its own in the store. */
export function everyPodIsThere(pods: readonly PodIdentity[]): (series: readonly metered.Series[]) => true | string {
  return (series) => {
    const missing = pods.filter((pod) => seriesOf(pod, metered.METRICS.requests, series).length === 0);
    if (missing.length === 0) return true;
    const found = pods.length - missing.length;
    const strangers = series.filter(
      (one) => one.name === metered.METRICS.requests && !pods.some((pod) => isOf(pod, one)),
    );
    const stranger =
      strangers[0] === undefined ? '' : `; there is ${shown(strangers[0])}, which names no pod of the service`;
    return `${found} of ${pods.length} pods have series in the store, not ${missing[0]?.name ?? ''}${stranger}`;
  };
}

/** The request counter of each pod stands at so many, once, and nothing else of the run is counted. */
export function countersStandAt(
  counts: ReadonlyMap<PodIdentity, number>,
): (series: readonly metered.Series[]) => true | string {
  return (series) => {
    for (const [pod, count] of counts) {
      const found = seriesOf(pod, metered.METRICS.requests, series);
      if (found.length !== 1) return `${found.length} request counters of pod ${pod.name} instead of one`;
      const value = found[0]?.value;
      if (value !== count) return `the request counter of pod ${pod.name} is ${value}, sent were ${count}`;
    }
    return true;
  };
}

/** The gauge of each pod says so. */
export function gaugesSay(
  pods: readonly PodIdentity[],
  value: number,
): (series: readonly metered.Series[]) => true | string {
  return (series) => {
    for (const pod of pods) {
      const found = seriesOf(pod, metered.METRICS.queueDepth, series);
      const said = found.length === 1 ? found[0]?.value : undefined;
      if (said !== value)
        return `the gauge of pod ${pod.name} is ${said ?? `there ${found.length} times`}, set was ${value}`;
    }
    return true;
  };
}

/** Nothing is left of a pod that is gone, and its successors are all there. */
export function onlySuccessorsAreThere(
  gone: PodIdentity,
  successors: readonly PodIdentity[],
): (series: readonly metered.Series[]) => true | string {
  return (series) => {
    const [left, ...more] = series.filter((one) => isOf(gone, one));
    if (left !== undefined)
      return `${more.length + 1} series of the removed pod ${gone.name} are still current, first ${shown(left)}`;
    return everyPodIsThere(successors)(series);
  };
}

/**
 * Every sample that the pods themselves show is in the store exactly once, with its name, its labels and its value, and the store
 * has no other series of the service.
 */
export function sameAsTheirOwn(words: readonly OwnWord[]): (series: readonly metered.Series[]) => true | string {
  return (series) => {
    for (const { pod, samples } of words) {
      for (const sample of samples) {
        const found = seriesOf(pod, sample.name, series).filter((one) => le(one) === le(sample));
        const what = `${sample.name}${sample.labels['le'] === undefined ? '' : ` up to ${sample.labels['le']} s`} of pod ${pod.name}`;
        if (found.length === 0) return `${what} is not in the store`;
        if (found.length > 1) return `${what} is in the store ${found.length} times: ${found.map(shown).join(' and ')}`;
        const [one] = found;
        if (one === undefined || one.value !== sample.value)
          return `${what} is ${one?.value} in the store, the pod says ${sample.value}`;
        const run = one.labels[metered.RUN_LABEL_NAME];
        if (run !== sample.labels[metered.RUN_LABEL_NAME])
          return `${what} has lost its label ${metered.RUN_LABEL_NAME} (it is ${run ?? 'absent'})`;
      }
    }
    const stranger = series.find((one) => !words.some(({ pod }) => isOf(pod, one)));
    return stranger === undefined || `the store has ${shown(stranger)}, which names no pod of the service`;
  };
}

/** `0.10` and `0.1` are the same bound; what is no number stays as it is. */
function le({ labels }: Pick<metered.Series, 'labels'>): string {
  const bound = labels['le'];
  if (bound === undefined || bound === '+Inf') return bound ?? '';
  return String(Number(bound));
}

type Check = (series: readonly metered.Series[]) => true | string;

/** Looks of the act into the store. Each is recorded under its name; the judge looks at what was recorded. */
export class StoreLooks {
  readonly #bench: Bench;
  readonly #store: metered.MetricsStore;
  readonly #namespace: string;
  /** Requests that each pod has answered so far, for the picture of the report. */
  readonly #answered = new Map<PodIdentity, number>();

  constructor(bench: Bench, store: metered.MetricsStore, namespace: string) {
    this.#bench = bench;
    this.#store = store;
    this.#namespace = namespace;
  }

  /** A query that every Prometheus API can answer. The act ends when it never does. */
  async answersAtAll(): Promise<void> {
    const look = async (): Promise<true | string> => {
      const said = await metered.query(this.#bench, this.#store, 'vector(1)', LOOKS.answers);
      return typeof said === 'string' ? said : one(said);
    };
    await this.#bench.poll(LOOKS.answers, look, { within: '60s', every: '1s' });
  }

  /** A pod answered so many more requests. */
  answered(pod: PodIdentity, count: number): void {
    this.#answered.set(pod, (this.#answered.get(pod) ?? 0) + count);
  }

  /** One look at the series of a run (default: the case's own). */
  async once(name: string, run = this.#bench.namespace): Promise<readonly metered.Series[] | string> {
    const namespace = run === this.#bench.namespace ? this.#namespace : run;
    return metered.query(this.#bench, this.#store, metered.selectorOf(run, namespace), name);
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

  #note(series: readonly metered.Series[]): void {
    const pods = [...this.#answered].map(([pod, answered]) => {
      const [one] = seriesOf(pod, metered.METRICS.requests, series);
      return { pod: pod.name, answered, ...(one === undefined ? {} : { stored: one.value }) };
    });
    this.#bench.note('requests in the store', { pods });
  }

  /** For the diagnosis: whether pods were found at all, and whether scraping them worked. */
  async targets(): Promise<void> {
    await metered.query(this.#bench, this.#store, `up{namespace="${this.#namespace}"}`, LOOKS.targets);
  }
}

export function one(series: readonly metered.Series[]): true | string {
  const [first] = series;
  return (series.length === 1 && first?.value === 1) || `vector(1) is ${first === undefined ? 'empty' : first.value}`;
}

export function both(first: Check, second: Check): Check {
  return (series) => {
    const said = first(series);
    return said === true ? second(series) : said;
  };
}

/** One case of the requirement: all of them judge what the one act recorded. */
export function metricsCase(definition: {
  readonly id: `ai_service_metrics/${string}`;
  readonly title: string;
  judge(timeline: Timeline, params: Params): readonly Finding[];
}): Case {
  return defineCase<Params>({
    ...definition,
    kind: 'required',
    bar: 'official',
    budget: { act: '20m' },
    shares: COLLECTION,
    plan: instancesOf,
  });
}
