import type { Sample } from '../../exposition/index.ts';
import { METRICS, RUN_LABEL_NAME } from '../metered-service/metric-names.ts';
import type { Series } from '../metered-service/read-vector.ts';
import { isOf, type PodIdentity, seriesOf, shown } from './pod-series.ts';

/** What a pod itself says, sample by sample. */
export interface OwnWord {
  readonly pod: PodIdentity;
  readonly samples: readonly Sample[];
}

/** Every pod has series of its own in the store. */
export function everyPodIsThere(pods: readonly PodIdentity[]): (series: readonly Series[]) => true | string {
  return (series) => {
    const missing = pods.filter((pod) => seriesOf(pod, METRICS.requests, series).length === 0);
    if (missing.length === 0) return true;
    const found = pods.length - missing.length;
    const strangers = series.filter((one) => one.name === METRICS.requests && !pods.some((pod) => isOf(pod, one)));
    const stranger =
      strangers[0] === undefined ? '' : `; there is ${shown(strangers[0])}, which names no pod of the service`;
    return `${found} of ${pods.length} pods have series in the store, not ${missing[0]?.name ?? ''}${stranger}`;
  };
}

/** The request counter of each pod stands at so many, once, and nothing else of the run is counted. */
export function countersStandAt(
  counts: ReadonlyMap<PodIdentity, number>,
): (series: readonly Series[]) => true | string {
  return (series) => {
    for (const [pod, count] of counts) {
      const found = seriesOf(pod, METRICS.requests, series);
      if (found.length !== 1) return `${found.length} request counters of pod ${pod.name} instead of one`;
      const value = found[0]?.value;
      if (value !== count) return `the request counter of pod ${pod.name} is ${value}, sent were ${count}`;
    }
    return true;
  };
}

/** The gauge of each pod says so. */
export function gaugesSay(pods: readonly PodIdentity[], value: number): (series: readonly Series[]) => true | string {
  return (series) => {
    for (const pod of pods) {
      const found = seriesOf(pod, METRICS.queueDepth, series);
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
): (series: readonly Series[]) => true | string {
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
export function sameAsTheirOwn(words: readonly OwnWord[]): (series: readonly Series[]) => true | string {
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
        const run = one.labels[RUN_LABEL_NAME];
        if (run !== sample.labels[RUN_LABEL_NAME])
          return `${what} has lost its label ${RUN_LABEL_NAME} (it is ${run ?? 'absent'})`;
      }
    }
    const stranger = series.find((one) => !words.some(({ pod }) => isOf(pod, one)));
    return stranger === undefined || `the store has ${shown(stranger)}, which names no pod of the service`;
  };
}

/** `0.10` and `0.1` are the same bound; what is no number stays as it is. */
function le({ labels }: Pick<Series, 'labels'>): string {
  const bound = labels['le'];
  if (bound === undefined || bound === '+Inf') return bound ?? '';
  return String(Number(bound));
}
