import {
  type Bench,
  type BenchAnswer,
  type Facts,
  type KindName,
  type KubeObject,
  list,
  ready,
  type Timeline,
  text,
} from '../../case-kit/index.ts';
import type { AcceleratorMetricsRow } from '../../inventory/metrics-tables.ts';
import { type Endpoint, endpointsOf, pathOf } from './endpoint.ts';
import { MONITORS, monitoredEndpoints } from './monitored-endpoints.ts';
import { scrape } from './scrape.ts';

const FOUND = 'endpoints found';
/** Endpoints of one node that are asked, and how many at a time. */
const MOST_OF_NODE = 60;
const AT_A_TIME = 8;
/** What is recorded of pods that are not the case's own. */
const KEPT = [
  'spec.nodeName',
  'spec.containers.*.ports',
  'spec.containers.*.image',
  'status.phase',
  'status.conditions',
];

/** A pod that has the name of an exporter and is not ready. */
export interface NotReady {
  readonly node: string;
  readonly pod: string;
  readonly why: string;
}

interface Found {
  readonly endpoints: readonly Endpoint[];
  readonly notReady: readonly NotReady[];
}

/** Kinds that tell what is scraped, as far as this cluster has them. */
export function monitorKinds({ resources }: Pick<Facts, 'resources'>): KindName[] {
  return MONITORS.flatMap(({ group, kind }) => {
    const served = resources.preferred(group, kind);
    return served === undefined ? [] : [`${served.apiVersion}/${served.kind}` as const];
  });
}

/** What a case reads to find endpoints. */
export function readsOf(monitors: readonly KindName[]): KindName[] {
  return ['v1/Pod', ...(monitors.length === 0 ? [] : (['v1/Service', ...monitors] as const))];
}

/**
 * Looks on nodes for everything that may tell metrics and asks each of them once. What was found stands in the timeline, under a mark;
 * what they answered behind it.
 */
export async function findEndpoints(
  bench: Bench,
  nodes: readonly string[],
  rows: readonly AcceleratorMetricsRow[],
  monitors: readonly KindName[],
): Promise<{ endpoint: Endpoint; answer: BenchAnswer | undefined }[]> {
  const monitored = Promise.all(monitors.map((kind) => bench.list(kind)));
  const services = monitors.length === 0 ? Promise.resolve([]) : bench.list('v1/Service');
  const watched = await Promise.all(
    nodes.map((node) => bench.observeOthers({ of: 'v1/Pod', fields: `spec.nodeName=${node}` }, KEPT)),
  );
  const pods = watched.flatMap((target) => bench.current(target));
  const found = sorted(pods, rows, (await monitored).flat(), await services);
  bench.mark(FOUND, found);
  const answers: { endpoint: Endpoint; answer: BenchAnswer | undefined }[] = [];
  const queue = [...found.endpoints];
  const ask = async (): Promise<void> => {
    for (let endpoint = queue.shift(); endpoint !== undefined; endpoint = queue.shift())
      answers.push({ endpoint, answer: await scrape(bench, endpoint) });
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  bench.mark('all asked');
  return answers;
}

/** What `findEndpoints` found, from the timeline. */
export function foundIn(timeline: Timeline): Found {
  return (timeline.mark(FOUND)?.data ?? { endpoints: [], notReady: [] }) as Found;
}

function sorted(
  pods: readonly KubeObject[],
  rows: readonly AcceleratorMetricsRow[],
  monitors: readonly KubeObject[],
  services: readonly KubeObject[],
): Found {
  const endpoints = new Map<string, Endpoint>();
  const notReady: NotReady[] = [];
  for (const pod of pods) {
    if (['Succeeded', 'Failed'].includes(text(pod, 'status.phase'))) continue;
    const own = endpointsOf(pod, rows);
    const exporter = own.some((endpoint) => endpoint.exporter);
    const told = monitors.flatMap((monitor) => monitoredEndpoints(monitor, pod, services));
    const state = ready(pod);
    if (state !== true && exporter)
      notReady.push({
        node: text(pod, 'spec.nodeName'),
        pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
        why: state,
      });
    if (list(pod, 'status.containerStatuses').length > 0 && text(pod, 'status.phase') !== 'Running') continue;
    // What a monitor says comes first: it is what the platform itself scrapes.
    for (const endpoint of [...told.map((one) => ({ ...one, exporter })), ...own])
      if (!endpoints.has(pathOf(endpoint))) endpoints.set(pathOf(endpoint), endpoint);
  }
  const byNode = Map.groupBy(endpoints.values(), ({ node }) => node);
  const likely = (all: readonly Endpoint[]): Endpoint[] =>
    all.toSorted((a, b) => Number(b.exporter) - Number(a.exporter));
  return { endpoints: [...byNode.values()].flatMap((all) => likely(all).slice(0, MOST_OF_NODE)), notReady };
}
