import {
  type EntryOf,
  type Finding,
  fails,
  list,
  passes,
  showDuration,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../case-kit/index.ts';
import { unfinished } from '../metered-service/looks.ts';
import { METRICS } from '../metered-service/metric-names.ts';
import { readVector } from '../metered-service/read-vector.ts';
import { unheededAnnotations } from '../metered-service/scrape-configuration.ts';
import { near } from './autoscaler.ts';
import { answersIn, LISTED, type MetricsApi, metricItems, showing, shows } from './custom-metrics.ts';
import { STORED } from './pipeline.ts';

/** A value that was set in pods and has to come out of the API. */
export interface Step {
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
    if (from === undefined) return unfinished(timeline, claim, `the act never came to "${step.from}"`);
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
    return unfinished(timeline, claim, `not decided, the wait for it was cut short: ${String(said)}`);
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
  const why = unheeded ? unheededAnnotations(timeline) : undefined;
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
  const read = answers.map((answer) => readVector(answer.status, typeof answer.body === 'string' ? answer.body : ''));
  if (read.length === 0 || read.some((one) => typeof one === 'string')) return { collected: 'not known', seen: '' };
  const values = read
    .flatMap((one) => (typeof one === 'string' ? [] : one))
    .filter(({ name }) => name === METRICS.queueDepth)
    .map(({ value }) => value);
  if (values.length === 0) return { collected: 'nothing', seen: 'has no sample of it' };
  const seen = `has it as ${values.join(', ')}`;
  return { collected: values.every((value) => near(value, step.value)) ? 'the value' : 'another value', seen };
}
