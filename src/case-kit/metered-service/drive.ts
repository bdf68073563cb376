import { PlimsollError } from '../../errors.ts';
import type { ObjectRef } from '../../kube/object.ts';
import type { Bench } from '../bench.ts';
import type { RbacRule } from '../needs.ts';
import { inconclusive } from '../stop.ts';
import { PATHS, PORT } from './service-script.ts';

/** Requests go to each pod through the API server's pod proxy: nobody needs a route to the pods. */
export const DRIVING_RULE: RbacRule = { verbs: ['get', 'create'], apiGroups: [''], resources: ['pods/proxy'] };

export type ServicePod = Pick<ObjectRef, 'name' | 'namespace'>;

/** Code of what `inconclusive` throws. */
const NO_ANSWER = 'case-inconclusive';

/** Names of the answers in the timeline, by pod. */
export const completionsOf = (pod: string): string => `completion by ${pod}`;
export const ownMetricsOf = (pod: string): string => `metrics of ${pod}`;

/**
 * Sends exactly `count` completions to one pod, eight at a time. The n-th asks for 1 + 3n mod 20 tokens, so that latencies differ.
 * A request that is not answered 200 ends the act: what was counted is then not known.
 */
export async function complete(bench: Bench, pod: ServicePod, count: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const tokens = 1 + ((3 * next++) % 20);
      await post(bench, pod, PATHS.completions, completionsOf(pod.name), {
        model: 'plimsoll-metered',
        prompt: 'how deep may she lie',
        max_tokens: tokens,
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(8, count) }, worker));
}

/** Sets the gauge `plimsoll_queue_depth` of one pod. */
export async function setQueueDepth(bench: Bench, pod: ServicePod, value: number): Promise<void> {
  await twice(() => post(bench, pod, `${PATHS.set}?queue_depth=${value}`, `queue depth of ${pod.name}`));
}

/** `false`: /metrics of the pod answers 404 from now on. */
export async function serveMetrics(bench: Bench, pod: ServicePod, on: boolean): Promise<void> {
  await twice(() => post(bench, pod, `${PATHS.set}?metrics=${on ? 'on' : 'off'}`, `metrics switch of ${pod.name}`));
}

/** The pod's own metrics as they are now: the truth that a store is held to. Recorded as `metrics of POD`. */
export async function ownMetrics(bench: Bench, pod: ServicePod): Promise<string> {
  return twice(async () => {
    const answer = await bench.attempt(ownMetricsOf(pod.name), (named) =>
      named.proxy({ ...where(pod), path: PATHS.metrics }),
    );
    if (!answer.accepted || answer.value.status !== 200) throw noAnswer(pod, PATHS.metrics, answer);
    return answer.value.text;
  });
}

/** What can be asked again without a change of what is counted is asked again once. */
async function twice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== NO_ANSWER) throw error;
    return ask();
  }
}

async function post(bench: Bench, pod: ServicePod, path: string, name: string, body?: unknown): Promise<void> {
  const answer = await bench.attempt(name, (named) =>
    named.proxy({
      ...where(pod),
      path,
      method: 'POST',
      body: body === undefined ? '' : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  );
  if (!answer.accepted || answer.value.status !== 200) throw noAnswer(pod, path, answer);
}

function where(pod: ServicePod): { namespace: string; pod: string; port: number } {
  return { namespace: pod.namespace ?? '', pod: pod.name, port: PORT };
}

function noAnswer(pod: ServicePod, path: string, answer: Awaited<ReturnType<Bench['attempt']>>): Error {
  const said = answer.accepted ? JSON.stringify((answer.value as { text: string }).text.slice(0, 200)) : answer.said;
  const status = answer.accepted ? (answer.value as { status: number }).status : answer.status;
  return inconclusive(
    'environment',
    `pod ${pod.namespace}/${pod.name} did not answer ${path} through the API server's proxy: ${status} ${said}`,
    'See whether the API server reaches the pods (konnectivity, network policies).',
  );
}
