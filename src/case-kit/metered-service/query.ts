import type { MetricsStore, StorePart } from '../../inventory/monitoring.ts';
import type { Bench } from '../bench.ts';
import type { RbacRule } from '../needs.ts';
import { RUN_LABEL_NAME } from './metric-names.ts';
import { readVector, type Series } from './series.ts';

/** The rules that asking a store takes, no wider than its parts. */
export function storeRules({ parts }: MetricsStore): RbacRule[] {
  return parts.map((part) => ({
    verbs: ['get'],
    apiGroups: [''],
    resources: [part.pod === undefined ? 'services/proxy' : 'pods/proxy'],
    resourceNames: [`${part.scheme}:${part.pod ?? part.service ?? ''}:${part.port}`],
  }));
}

/**
 * Every series of a run, or, should the label of the run have been lost on the way, of its namespace: names of the service's metrics
 * are its own. (`or` takes the right side's series that have no equal on the left one.)
 */
export function selectorOf(run: string, namespace: string): string {
  const names = '__name__=~"plimsoll_.+"';
  return `{${names},${RUN_LABEL_NAME}="${run}"} or {${names},namespace="${namespace}"}`;
}

/**
 * What the store answers to an instant query, all parts together; a sentence when a part did not answer. Recorded under `name`, one
 * answer for each part: a judge reads them with `looksOf(timeline, name, store)`.
 */
export async function query(
  bench: Bench,
  store: MetricsStore,
  expression: string,
  name: string,
): Promise<readonly Series[] | string> {
  return askStore(bench, store, { name, path: `query?query=${encodeURIComponent(expression)}`, read: readVector });
}

/** What is read from the answers of all parts of a store to a path of its API, or why one of them cannot be read. */
export async function askStore<T>(
  bench: Bench,
  store: MetricsStore,
  question: {
    /** Of the answers in the timeline. */
    readonly name: string;
    /** Behind `/api/v1/`. */
    readonly path: string;
    read(status: number, body: string): readonly T[] | string;
  },
): Promise<readonly T[] | string> {
  const all: T[] = [];
  for (const part of store.parts) {
    const answer = await bench.attempt(question.name, (named) =>
      named.proxy({ ...where(part), path: `${part.path}/api/v1/${question.path}` }),
    );
    const said = answer.accepted ? question.read(answer.value.status, answer.value.text) : answer.said;
    if (typeof said === 'string') return said;
    all.push(...said);
  }
  return all;
}

function where(
  part: StorePart,
): Pick<Parameters<Bench['proxy']>[0], 'namespace' | 'pod' | 'service' | 'port' | 'scheme'> {
  const { namespace, pod, service, port, scheme } = part;
  return { namespace, port, scheme, ...(pod === undefined ? { service: service ?? '' } : { pod }) };
}
