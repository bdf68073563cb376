import {
  type Finding,
  fails,
  list,
  passes,
  showDuration,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../runner/case-kit.ts';
import { answersIn, LISTED, type MetricsApi, metricItems, showing, shows } from './custom-metrics.ts';

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
    if (from === undefined) return cutShort(timeline, claim, `the act never came to "${step.from}"`);
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

/** A value that never came: the adapter's fault only when it says that it knows the metric, or says that it knows none at all. */
function notShown(timeline: Timeline, { claim, step, window, api, metric }: Asked): Finding {
  const last = answersIn(timeline, window).at(-1);
  const wait = timeline.waits().find((one) => one.condition === showing(step.value) && one.how === 'timed-out');
  const said = last === undefined ? 'it was never asked' : shows(last, step.value, step.pods);
  if (wait === undefined || last === undefined)
    return cutShort(timeline, claim, `not decided, the wait for it was cut short: ${String(said)}`);
  const message = `${showDuration(wait.t - wait.since)} long: ${String(said)}`;
  const evidence = [window.fromSeq, last.seq, wait.seq];
  // It has served the metric before: the source is known, and what it serves does not follow.
  if (metricItems(last.body).length > 0)
    return fails(
      claim,
      message,
      evidence,
      `See the rules of ${api.servedBy}: the value of a pod has to be that of its newest sample, unchanged.`,
    );
  const listed = timeline.answers({ name: LISTED }).at(-1);
  const names = list(listed?.body, 'resources').map((resource) => text(resource, 'name'));
  const own = names.filter((name) => name === `pods/${metric}` || name === metric);
  if (listed?.status === 200 && own.length === 0 && names.length > 0)
    return undecided(
      'environment',
      claim,
      `${message}; it lists ${names.length} metrics and not pods/${metric}`,
      [...evidence, listed.seq],
      `See whether the metrics of the case's pods are collected (requirement ai_service_metrics), and add a rule for metrics of pods to ${api.servedBy}.`,
    );
  return fails(
    claim,
    `${message}; it lists ${names.length === 0 ? 'no metric at all' : `pods/${metric}`}`,
    [...evidence, ...(listed === undefined ? [] : [listed.seq])],
    `See why ${api.servedBy} has no samples: its source, its rules, its log.`,
  );
}

function cutShort(timeline: Timeline, claim: string, message: string): Finding {
  const { end } = timeline;
  const because = end?.message === undefined ? '' : ` (${end.message})`;
  return undecided(end?.class ?? 'interrupted', claim, `${message}${because}`, [], end?.remedy);
}
