import { list, type RecordedObject, type Selection, type Timeline, text } from '../../case-kit/index.ts';
import { parseExposition } from '../../exposition/index.ts';
import { completionsOf, ownMetricsOf } from '../metered-service/drive.ts';
import type { OwnWord } from './expected.ts';
import type { PodIdentity } from './pod-series.ts';

export function identityOf(pod: RecordedObject): PodIdentity {
  const ips = list(pod, 'status.podIPs').map((one) => text(one, 'ip'));
  return { name: pod.metadata.name ?? '', ips: ips.filter((ip) => ip !== '') };
}

/** The pods that a mark names in its data, as they were last seen, in that order. */
export function podsOfMark(timeline: Timeline, mark: string, pods: Selection): PodIdentity[] {
  return list(timeline.mark(mark)?.data, 'pods').flatMap((name) => {
    const state = pods.objects.find((one) => one.ref.name === name)?.states.findLast((one) => one.event !== 'DELETED');
    return state === undefined ? [] : [identityOf(state.body)];
  });
}

/** Completions that a pod answered before an entry. */
export function servedBy(timeline: Timeline, pod: string, before: number): number {
  return timeline.answers({ name: completionsOf(pod) }).filter((answer) => answer.seq < before && answer.status === 200)
    .length;
}

/** What a pod said last before an entry, or why that cannot be used. */
export function ownWord(timeline: Timeline, pod: PodIdentity, before: number): OwnWord | string {
  const answer = timeline.answers({ name: ownMetricsOf(pod.name) }).findLast((one) => one.seq < before);
  if (answer === undefined) return `the metrics of pod ${pod.name} were not read`;
  return ownWordOf(pod, typeof answer.body === 'string' ? answer.body : '', answer.headers?.['content-type']);
}

/** What a pod showed, read strictly, or what is wrong with it. */
export function ownWordOf(pod: PodIdentity, body: string, contentType?: string): OwnWord | string {
  const { samples, problems } = parseExposition(body, contentType);
  const [problem] = problems;
  if (problem === undefined) return { pod, samples };
  return `what pod ${pod.name} itself shows is not well-formed: line ${problem.line}: ${problem.message}`;
}
