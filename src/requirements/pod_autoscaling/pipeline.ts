import { type Bench, type Facts, type KindName, list, type Needs, type NotRun } from '../../case-kit/index.ts';
import {
  annotationsFor,
  type Collection,
  collect,
  collectedNamespace,
  collectionKinds,
} from '../metered-service/collect.ts';
import { DRIVING_RULE } from '../metered-service/drive.ts';
import { METRICS } from '../metered-service/metric-names.ts';
import { query, selectorOf, storeRules } from '../metered-service/query.ts';
import { recordConfiguration } from '../metered-service/scrape-configuration.ts';
import { customMetricsRule, type MetricsApi, untilShown } from './custom-metrics.ts';
import { metricsApi, relistInterval, sourceHost } from './metrics-api.ts';
import { SERVICE } from './scaled-service.ts';
import type { Times } from './times.ts';

/** From the gauge of a pod to the autoscaler: what may collect it, and the API that serves it. Plain JSON. */
export interface Pipeline {
  readonly api: MetricsApi;
  readonly collections: readonly Collection[];
}

/** The pipeline of a cluster, or what of it is missing. */
export function pipelineOf(facts: Facts): Pipeline | NotRun {
  const api = metricsApi(facts);
  if ('outcome' in api) return api;
  const collections = facts.inventory.monitoring.flatMap((collector) => {
    const [way] = collector.ways;
    return way === undefined ? [] : [{ collector, way }];
  });
  if (collections.length > 0) return { api, collections };
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message: `${api.servedBy} serves custom metrics, and nothing was found that collects metrics from pods for it`,
    remedy:
      'Install a monitoring system that collects from pods when asked to (Prometheus Operator, VictoriaMetrics, ...) and let the adapter read it.',
  };
}

/** What every case of this requirement needs of its pipeline. */
export function pipelineNeeds({ collections }: Pipeline): Needs {
  const stores = collections.flatMap(({ collector }) => collector.stores.slice(0, 1));
  const kinds: KindName[] = collections.flatMap((collection) => collectionKinds(collection));
  const services: KindName[] = collections.some(({ way }) => way.shape === 'ServiceMonitor') ? ['v1/Service'] : [];
  return {
    creates: [...kinds, ...services],
    reads: ['apps/v1/Deployment'],
    rules: [DRIVING_RULE, customMetricsRule(METRICS.queueDepth), ...stores.flatMap(storeRules)],
  };
}

/** A pipeline at work for one case. */
export interface OpenPipeline {
  /** Where the pods and their autoscalers have to be. */
  readonly namespace: string;
  /** For the pods. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The label `run` of every series. */
  readonly run: string;
  /** Asks for the pods of `SERVICE` to be collected. */
  start(): Promise<void>;
  /** Waits until the API shows a value for pods; when it never does, asks the store too, so that it can be told who lost it. */
  shows(pods: readonly string[], value: number): Promise<boolean>;
}

/** How the store's answer is called in the timeline, when it is asked who lost the metric. */
export const STORED = 'in the store';

/** Chooses the collector that the adapter reads from (the first, where it does not say), and how long a value may take. */
export async function openPipeline(bench: Bench, { api, collections }: Pipeline, times: Times): Promise<OpenPipeline> {
  const args = await adapterArguments(bench, api);
  const host = sourceHost(args ?? []);
  const isRead = ({ collector }: Collection): boolean =>
    collector.stores.some(({ parts }) => parts.some((part) => host === `${part.service ?? ''}.${part.namespace}`));
  const collection = collections.find(isRead) ?? collections[0];
  if (collection === undefined) throw new Error('a pipeline without any collector');
  const namespace = await collectedNamespace(bench, collection);
  // A deadline only: a value that came is judged by itself.
  const within = times.pipeline + (args === undefined ? 0 : relistInterval(args));
  const run = bench.namespace;
  bench.note(`collected by ${collection.collector.title} (${collection.collector.id}), a value may take ${within} ms`);
  return {
    namespace,
    annotations: annotationsFor(collection).annotations ?? {},
    run,
    async start() {
      await collect(bench, collection, { name: SERVICE, namespace });
    },
    async shows(pods, value) {
      const shown = await untilShown(bench, { api, namespace, metric: METRICS.queueDepth, pods, value, within });
      const [store] = collection.collector.stores;
      if (shown || store === undefined) return shown;
      await recordConfiguration(bench, collection, store, namespace);
      await query(bench, store, selectorOf(run, namespace), STORED);
      return false;
    },
  };
}

/** Arguments of the adapter's containers; undefined when it is none that looks for new series only now and then. */
async function adapterArguments(bench: Bench, { adapter }: MetricsApi): Promise<readonly string[] | undefined> {
  if (adapter === undefined) return undefined;
  const found = await bench.attempt('adapter', (named) =>
    named.get({ apiVersion: 'apps/v1', kind: 'Deployment', ...adapter }),
  );
  if (!found.accepted) return [];
  const containers = list(found.value, 'spec.template.spec.containers');
  return containers.flatMap((container) => [...list(container, 'command'), ...list(container, 'args')]).map(String);
}
