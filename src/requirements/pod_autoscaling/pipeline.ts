import { type Bench, type Facts, type KindName, list, metered, type Needs, type NotRun } from '../../case-kit/index.ts';
import { AUTOSCALER, SERVICE, type Times } from './autoscaler.ts';
import { customMetricsRule, type MetricsApi, untilShown } from './custom-metrics.ts';

const CUSTOM = 'custom.metrics.k8s.io';
const EXTERNAL = 'external.metrics.k8s.io';
/** Versions that autoscalers read, the one that they prefer first (k8s.io/metrics). */
const VERSIONS = ['v1beta2', 'v1beta1'] as const;

/** The custom metrics API of a cluster, or why no case can be run by one. Presence is not function: P0 shows that. */
function metricsApi({ inventory }: Pick<Facts, 'inventory'>): MetricsApi | NotRun {
  const found = VERSIONS.flatMap((version) =>
    inventory.metricsApis.filter((api) => api.name === `${version}.${CUSTOM}`),
  );
  const api = found.find((one) => one.available);
  if (api !== undefined) {
    const version = api.name.slice(0, api.name.indexOf('.'));
    const adapter = adapterOf(inventory);
    const servedBy = api.service === undefined ? `APIService ${api.name}` : `Service ${api.service}`;
    return { version, servedBy, ...(adapter === undefined ? {} : { adapter }) };
  }
  const [broken] = found;
  if (broken !== undefined)
    return {
      outcome: 'inconclusive',
      class: 'environment',
      message: `APIService ${broken.name} is there and not available: ${broken.message}`,
      remedy: `See why the metrics adapter behind it (${broken.service === undefined ? 'no service' : `Service ${broken.service}`}) does not answer.`,
    };
  const unread = inventory.notRead.find((one) => one.what.endsWith('/APIService'));
  if (unread !== undefined)
    return {
      outcome: 'inconclusive',
      class: 'permission',
      message: `APIServices could not be read: ${unread.why}`,
      remedy: unread.remedy,
    };
  return { outcome: 'inconclusive', class: 'not-found', ...otherWays(inventory) };
}

/** No custom metrics API: what was found in its place, and what to do. */
function otherWays(inventory: Facts['inventory']): { message: string; remedy: string } {
  const external = inventory.metricsApis.find((api) => api.name.endsWith(`.${EXTERNAL}`));
  const keda = inventory.solutions.some((solution) => solution.id === 'keda');
  const remedy = `Install an adapter that serves metrics of pods as ${CUSTOM}, for example prometheus-adapter with a rule for every metric of pods; it can stand beside what is there.`;
  if (keda || external !== undefined) {
    const service = external?.service === undefined ? '' : ` (Service ${external.service})`;
    const what = `${keda ? 'KEDA' : 'an adapter'} serves ${EXTERNAL}${service}`;
    return { message: `${what}, which this tool cannot drive yet; ${CUSTOM} is not served`, remedy };
  }
  return {
    message: `no metrics adapter was found (looked for APIServices of ${CUSTOM} and ${EXTERNAL}, and for KEDA)`,
    remedy,
  };
}

/** prometheus-adapter looks for new series only every so often (`--metrics-relist-interval`): its Deployment says how often. */
function adapterOf(inventory: Facts['inventory']): MetricsApi['adapter'] {
  const adapter = inventory.solutions.find((solution) => solution.id === 'prometheus-adapter');
  const deployment = adapter?.controllers.find((controller) => controller.kind === 'Deployment');
  return deployment === undefined ? undefined : { namespace: deployment.namespace, name: deployment.name };
}

/**
 * How long prometheus-adapter may take until it knows a new series, milliseconds, from the arguments of its Deployment; 10 min
 * without one (prometheus-adapter cmd/adapter: default of `--metrics-relist-interval`).
 */
export function relistInterval(args: readonly string[]): number {
  const given = flag(args, '--metrics-relist-interval');
  if (given === undefined) return 600_000;
  const parts = [...given.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units], 0);
}

/** `service.namespace` of the Prometheus that the adapter reads (`--prometheus-url`), where it is a name of the cluster. */
export function sourceHost(args: readonly string[]): string | undefined {
  const url = flag(args, '--prometheus-url');
  const [, host] = /^https?:\/\/([^/:]+)/.exec(url ?? '') ?? [];
  const [service, namespace] = host?.split('.') ?? [];
  return service === undefined || namespace === undefined ? undefined : `${service}.${namespace}`;
}

/** `--flag=value` or `--flag value`. */
function flag(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  return args[at]?.startsWith(`${name}=`) ? args[at]?.slice(name.length + 1) : args[at + 1];
}

/** From the gauge of a pod to the autoscaler: what may collect it, and the API that serves it. Plain JSON. */
export interface Pipeline {
  readonly api: MetricsApi;
  readonly collections: readonly metered.Collection[];
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

/** What every case of this requirement needs, and more. */
export function needsOf({ collections }: Pipeline, more: Needs): Needs {
  const stores = collections.flatMap(({ collector }) => collector.stores.slice(0, 1));
  const kinds: KindName[] = collections.flatMap((collection) => metered.collectionKinds(collection));
  const services: KindName[] = collections.some(({ way }) => way.shape === 'ServiceMonitor') ? ['v1/Service'] : [];
  return {
    ...more,
    creates: [...new Set<KindName>([AUTOSCALER, ...kinds, ...services, ...(more.creates ?? [])])],
    reads: [...new Set<KindName>(['apps/v1/Deployment', ...(more.reads ?? [])])],
    rules: [metered.DRIVING_RULE, customMetricsRule(metered.METRICS.queueDepth), ...stores.flatMap(metered.storeRules)],
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
  const isRead = ({ collector }: metered.Collection): boolean =>
    collector.stores.some(({ parts }) => parts.some((part) => host === `${part.service ?? ''}.${part.namespace}`));
  const collection = collections.find(isRead) ?? collections[0];
  if (collection === undefined) throw new Error('a pipeline without any collector');
  const namespace = await metered.collectedNamespace(bench, collection);
  // A deadline only: a value that came is judged by itself.
  const within = times.pipeline + (args === undefined ? 0 : relistInterval(args));
  const run = bench.namespace;
  bench.note(`collected by ${collection.collector.title} (${collection.collector.id}), a value may take ${within} ms`);
  return {
    namespace,
    annotations: metered.annotationsFor(collection).annotations ?? {},
    run,
    async start() {
      await metered.collect(bench, collection, { name: SERVICE, namespace });
    },
    async shows(pods, value) {
      const shown = await untilShown(bench, {
        api,
        namespace,
        metric: metered.METRICS.queueDepth,
        pods,
        value,
        within,
      });
      const [store] = collection.collector.stores;
      if (shown || store === undefined) return shown;
      await metered.recordConfiguration(bench, collection, store, namespace);
      await metered.query(bench, store, metered.selectorOf(run, namespace), STORED);
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
