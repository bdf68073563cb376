import {
  all,
  expectAnswer,
  expectEventually,
  type Finding,
  metered,
  passes,
  ready,
  remark,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { COUNTED, GROUP, LOOKS, type Params } from './instances.ts';
import { everyPodIsThere, isOf, metricsCase, type PodIdentity, podsOf, seriesOf, shown } from './series.ts';

/**
 * R1, N1: pods in a namespace that did not exist before are collected, each by itself, once the collector is asked for them. Pods for
 * which nobody asked show whether being asked is the reason; a platform that collects everything is no worse for it.
 */
export const collectedWhenAsked = metricsCase({
  id: 'ai_service_metrics/collected-when-asked',
  title: 'Every pod of a new service is found and collected as soon as its owner asks for it',
  judge(timeline, params) {
    const { collector, way } = params;
    const pods = timeline.pods({ group: GROUP });
    const asked = podsOf(timeline, COUNTED, pods);
    const { title } = collector;
    return [
      expectEventually(pods, all(ready, 2), timeline.before(COUNTED), {
        claim: 'two pods of an inference server run',
        otherwise: 'the pods of the inference server did not become ready',
      }),
      ...(way.monitor === undefined ? [] : [accepted(timeline, title)]),
      ...unasked(timeline, params),
      collected(timeline, params, asked),
    ];
  },
});

/** Annotations are a habit: where the store's configuration does not follow them, or cannot be read, that nothing comes is no defect. */
function collected(timeline: Timeline, params: Params, asked: readonly PodIdentity[]): Finding {
  const { collector, store, way } = params;
  const { title } = collector;
  const monitored = way.monitor !== undefined;
  const looks = metered.looksOf(timeline, LOOKS.collected, store);
  const finding = metered.expectLook(timeline, looks, everyPodIsThere(asked), {
    claim: `${title} collects every pod of the service, and the store tells them apart`,
    otherwise: `${title} was asked and did not collect every pod of the service${whatOfTheTargets(timeline, params)}`,
    poll: LOOKS.collected,
    remedy: monitored
      ? `See whether the operator of ${title} runs, whether its selectors still choose the monitor, and whether it reaches the pods.`
      : `See whether ${store.title} may list pods in every namespace, whether it reaches them, and what its rules leave of their labels.`,
  });
  if (monitored || finding.outcome !== 'fail' || nameless(looks.at(-1)?.series, asked)) return finding;
  const { claim, message, evidence } = finding;
  if (timeline.mark(metered.CONFIGURATION) === undefined)
    return metered.unfinished(
      timeline,
      claim,
      `${message}; whether its configuration follows annotations was not asked`,
      evidence,
    );
  const unheeded = metered.unheededAnnotations(timeline);
  if (unheeded === undefined) return finding;
  const seen = [...evidence, ...unheeded.evidence];
  return undecided('environment', claim, `${message}; ${unheeded.message}`, seen, unheeded.remedy);
}

/** For every pod that is missing there is a series that names none: what is wrong is what they say, and no configuration excuses that. */
function nameless(series: readonly metered.Series[] | string | undefined, asked: readonly PodIdentity[]): boolean {
  if (series === undefined || typeof series === 'string') return false;
  const missing = asked.filter((pod) => seriesOf(pod, metered.METRICS.requests, series).length === 0);
  const strangers = series.filter(
    (one) => one.name === metered.METRICS.requests && !asked.some((pod) => isOf(pod, one)),
  );
  return strangers.length >= missing.length;
}

function accepted(timeline: Timeline, title: string): Finding {
  return expectAnswer(
    timeline,
    { name: metered.ASK_NAME, method: 'POST' },
    (answer) => answer.status === 201 || `status ${answer.status ?? 'none'}`,
    {
      claim: `${title} can be asked through the API`,
      otherwise: `${title} cannot be asked: the monitor was refused`,
      remedy: 'See which webhook refuses it.',
    },
  );
}

/** Pods for which nobody asked (yet): not collected shows the reason, collected is only worth telling. */
function unasked(timeline: Timeline, { store, way }: Params): Finding[] {
  const before = way.monitor === undefined ? [] : metered.looksOf(timeline, LOOKS.unasked, store);
  const control = metered.looksOf(timeline, LOOKS.control, store);
  const claim = 'a pod for which nobody asks is not collected (so that being asked is the reason)';
  if (control.length === 0) return [metered.unfinished(timeline, claim, 'the control was not looked at')];
  return [...before, ...control].map(({ series, evidence }): Finding => {
    if (typeof series === 'string') return metered.unfinished(timeline, claim, series, evidence);
    const [first] = series;
    if (first === undefined) return passes(claim, 'the store has nothing of it', evidence);
    return remark(claim, `the platform collects pods without being asked: the store has ${shown(first)}`, evidence);
  });
}

function whatOfTheTargets(timeline: Timeline, { store }: Pick<Params, 'store'>): string {
  const [look] = metered.looksOf(timeline, LOOKS.targets, store);
  if (look === undefined || typeof look.series === 'string') return '';
  const down = look.series.filter((one) => one.value === 0);
  if (look.series.length === 0) return ' (it has no target in the namespace)';
  return down.length === 0
    ? ` (it scrapes ${look.series.length} targets in the namespace)`
    : ` (it found the pods, and scraping ${down.length} of ${look.series.length} fails)`;
}
