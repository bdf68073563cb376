import {
  type Bench,
  type EntryOf,
  type Finding,
  fails,
  list,
  metered,
  offered,
  passes,
  type RbacRule,
  read,
  showDuration,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../case-kit/index.ts';
import { near } from './autoscaler.ts';
import { STORED } from './pipeline.ts';

const GROUP = 'custom.metrics.k8s.io';
/** How the answers of the custom metrics API are called in the timeline. */
export const ANSWERS = 'custom metrics';
/** And the list of metrics that it says it has. */
export const LISTED = 'custom metrics listed';

/** The custom metrics API as a plan found it. Plain JSON. */
export interface MetricsApi {
  /** `v1beta2`. */
  readonly version: string;
  /** What stands behind it, for people: `Service monitoring/prometheus-adapter`. */
  readonly servedBy: string;
  /** The adapter's Deployment, when it is one of those that look for new series only now and then. */
  readonly adapter?: { readonly namespace: string; readonly name: string };
}

/** To read a metric of pods as autoscalers do. */
export const customMetricsRule = (metric: string): RbacRule => ({
  verbs: ['get'],
  apiGroups: [GROUP],
  resources: [`pods/${metric}`],
});

/** The path of a metric of all pods of a namespace that carry a label. */
function metricPath(api: MetricsApi, namespace: string, metric: string): string {
  return `/apis/${GROUP}/${api.version}/namespaces/${namespace}/pods/*/${metric}`;
}

interface MetricItem {
  readonly pod: string;
  readonly value: number | undefined;
  /** When the adapter says that it was measured. */
  readonly timestamp: string;
}

/** The items of a MetricValueList (custom.metrics.k8s.io/v1beta1, v1beta2: the same fields but for the metric's name). */
function metricItems(body: unknown): readonly MetricItem[] {
  return list(body, 'items').map((item) => ({
    pod: text(item, 'describedObject.name'),
    value: offered.quantity(read(item, 'value')),
    timestamp: text(item, 'timestamp'),
  }));
}

/** Does an answer show that value for each of the pods? True, or what it shows instead. */
function shows(
  answer: { status?: number | undefined; body?: unknown },
  value: number,
  pods: readonly string[],
): true | string {
  if (answer.status !== 200)
    return `it answers ${answer.status ?? 'nothing'}: ${text(answer.body, 'message').slice(0, 200)}`;
  const items = metricItems(answer.body);
  const missing = pods.filter((pod) => !items.some((item) => item.pod === pod && near(item.value, value)));
  if (pods.length > 0 && missing.length === 0) return true;
  return items.length === 0
    ? 'its list is empty'
    : `it shows ${items.map((item) => `${item.pod} ${item.value ?? 'no number'}`).join(', ')}`;
}

/** What the wait for a value is called. */
export const showing = (value: number): string => `${value} in the custom metrics API`;

interface Awaited {
  readonly api: MetricsApi;
  readonly namespace: string;
  readonly metric: string;
  readonly pods: readonly string[];
  readonly value: number;
  /** Milliseconds. */
  readonly within: number;
}

/** Waits until the API shows a value for pods, as an autoscaler would read it. Otherwise asks what metrics it has at all. */
export async function untilShown(
  bench: Bench,
  { api, namespace, metric, pods, value, within }: Awaited,
): Promise<boolean> {
  const path = metricPath(api, namespace, metric);
  const look = async (): Promise<true | string> => {
    const asked = await bench.attempt(ANSWERS, (named) => named.request({ path }));
    return asked.accepted ? shows(asked.value, value, pods) : `it answers ${asked.status}: ${asked.said}`;
  };
  const shown = await bench.poll(showing(value), look, { within, every: 500, otherwise: 'go-on' });
  if (!shown) await bench.attempt(LISTED, (named) => named.request({ path: `/apis/${GROUP}/${api.version}` }));
  return shown;
}

/** Answers of the API in a window, for one path. */
function answersIn(timeline: Timeline, window: Window): readonly EntryOf<'answer'>[] {
  return timeline
    .answers({ name: ANSWERS })
    .filter((answer) => answer.seq >= window.fromSeq && answer.seq <= window.toSeq);
}

/** A value that was set in pods and has to come out of the API. */
interface Step {
  /** Set before, and after it was seen or the wait for it ran out. */
  readonly from: string;
  readonly to: string;
  readonly value: number;
  /** Names of the pods in which it was set. */
  readonly pods: readonly string[];
}

/**
 * P0: the API shows for each pod what was set in it, one value after the other: neither static nor another pod's nor upside down. One
 * finding a step, so that it can be seen how far it came.
 */
export function followsTheGauge(
  timeline: Timeline,
  api: MetricsApi,
  metric: string,
  steps: readonly Step[],
): Finding[] {
  return steps.map((step, index) => {
    const claim = `${api.servedBy} serves ${metric} of the pod as ${step.value}${index === 0 ? '' : ` once it is ${step.value}`}`;
    const from = timeline.mark(step.from);
    if (from === undefined) return metered.unfinished(timeline, claim, `the act never came to "${step.from}"`);
    const window =
      timeline.mark(step.to) === undefined ? timeline.after(step.from) : timeline.between(step.from, step.to);
    const answers = answersIn(timeline, window);
    const first = answers.find((answer) => shows(answer, step.value, step.pods) === true);
    if (first !== undefined) {
      const { timestamp } = metricItems(first.body)[0] ?? { timestamp: '' };
      const measured = timestamp === '' ? '' : `, measured at ${timestamp}`;
      return passes(claim, `after ${showDuration(first.t - from.t)}${measured}`, [from.seq, first.seq]);
    }
    return notShown(timeline, { claim, step, window, api, metric });
  });
}

/** The pods that a mark says were set. */
export function podsOfMark(timeline: Timeline, mark: string): readonly string[] {
  return list(timeline.mark(mark)?.data, 'pods').map(String);
}

interface Asked {
  readonly claim: string;
  readonly step: Step;
  readonly window: Window;
  readonly api: MetricsApi;
  readonly metric: string;
}

/**
 * A value that never came. It is the adapter's or the API's fault when they say that they know the metric, when they know none at all, or
 * when the store that they read has it; a metric that was not collected, and an adapter without a rule for it, are no defects of these.
 * Where the store could not say, and pods are collected by annotations alone, its configuration says whether it can have been collected.
 */
function notShown(timeline: Timeline, { claim, step, window, api, metric }: Asked): Finding {
  const last = answersIn(timeline, window).at(-1);
  const wait = timeline.waits().find((one) => one.condition === showing(step.value) && one.how === 'timed-out');
  const said = last === undefined ? 'it was never asked' : shows(last, step.value, step.pods);
  if (wait === undefined || last === undefined)
    return metered.unfinished(timeline, claim, `not decided, the wait for it was cut short: ${String(said)}`);
  const message = `${showDuration(wait.t - wait.since)} long: ${String(said)}`;
  const stored = timeline.answers({ name: STORED });
  const listed = timeline.answers({ name: LISTED }).at(-1);
  const evidence = [
    window.fromSeq,
    last.seq,
    wait.seq,
    ...stored.map((one) => one.seq),
    ...(listed ? [listed.seq] : []),
  ];
  const { collected, seen } = inStore(stored, step);
  const known = metricItems(last.body).length > 0;
  const names = list(listed?.body, 'resources').map((resource) => text(resource, 'name'));
  const own = names.some((name) => name === `pods/${metric}`);
  // Neither the store nor the API has been seen to have it: whether it was collected hangs on what the configuration says.
  const unheeded = collected === 'nothing' || (collected === 'not known' && !known && !own);
  const why = unheeded ? metered.unheededAnnotations(timeline) : undefined;
  if (why !== undefined) {
    const lacks = seen === '' ? '' : `; the monitoring system ${seen}`;
    return undecided(
      'environment',
      claim,
      `${message}${lacks}; ${why.message}`,
      [...evidence, ...why.evidence],
      why.remedy,
    );
  }
  if (collected === 'another value' || collected === 'nothing')
    return undecided(
      'environment',
      claim,
      `${message}; the monitoring system ${seen}`,
      evidence,
      'The metrics of the pod were not collected: see requirement ai_service_metrics.',
    );
  if (!known && !own && (names.length > 0 || listed?.status !== 200))
    return undecided(
      'environment',
      claim,
      `${message}; it lists ${names.length} metrics and not pods/${metric}`,
      evidence,
      `Add a rule for metrics of pods to ${api.servedBy} (every series with the labels namespace and pod, by its own name).`,
    );
  const lists = names.length === 0 ? 'no metric at all' : `pods/${metric}`;
  return fails(
    claim,
    `${message}; ${seen === '' ? '' : `the monitoring system ${seen}, and `}the API lists ${lists}`,
    evidence,
    `See the rules and the log of ${api.servedBy}: what it serves for a pod has to be that pod's newest sample, unchanged.`,
  );
}

/** What the store that the adapter reads holds for the pods of a step: the last word on who lost the value. */
function inStore(
  answers: readonly EntryOf<'answer'>[],
  step: Step,
): { collected: 'the value' | 'another value' | 'nothing' | 'not known'; seen: string } {
  const read = answers.map((answer) =>
    metered.readVector(answer.status, typeof answer.body === 'string' ? answer.body : ''),
  );
  if (read.length === 0 || read.some((one) => typeof one === 'string')) return { collected: 'not known', seen: '' };
  const values = read
    .flatMap((one) => (typeof one === 'string' ? [] : one))
    .filter(({ name }) => name === metered.METRICS.queueDepth)
    .map(({ value }) => value);
  if (values.length === 0) return { collected: 'nothing', seen: 'has no sample of it' };
  const seen = `has it as ${values.join(', ')}`;
  return { collected: values.every((value) => near(value, step.value)) ? 'the value' : 'another value', seen };
}
