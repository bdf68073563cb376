import {
  type Bench,
  type EntryOf,
  list,
  type RbacRule,
  read,
  type Timeline,
  text,
  type Window,
} from '../../case-kit/index.ts';
import { quantity } from '../../inventory/quantity.ts';
import { near } from './autoscaler.ts';

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

export interface MetricItem {
  readonly pod: string;
  readonly value: number | undefined;
  /** When the adapter says that it was measured. */
  readonly timestamp: string;
}

/** The items of a MetricValueList (custom.metrics.k8s.io/v1beta1, v1beta2: the same fields but for the metric's name). */
export function metricItems(body: unknown): readonly MetricItem[] {
  return list(body, 'items').map((item) => ({
    pod: text(item, 'describedObject.name'),
    value: quantity(read(item, 'value')),
    timestamp: text(item, 'timestamp'),
  }));
}

/** Does an answer show that value for each of the pods? True, or what it shows instead. */
export function shows(
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

export interface Awaited {
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
export function answersIn(timeline: Timeline, window: Window): readonly EntryOf<'answer'>[] {
  return timeline
    .answers({ name: ANSWERS })
    .filter((answer) => answer.seq >= window.fromSeq && answer.seq <= window.toSeq);
}
