import type { Facts, NotRun } from '../../case-kit/index.ts';
import type { MetricsApi } from './custom-metrics.ts';

const CUSTOM = 'custom.metrics.k8s.io';
const EXTERNAL = 'external.metrics.k8s.io';
/** Versions that autoscalers read, the one that they prefer first (k8s.io/metrics). */
const VERSIONS = ['v1beta2', 'v1beta1'] as const;

/** The custom metrics API of a cluster, or why no case can be run by one. Presence is not function: P0 shows that. */
export function metricsApi({ inventory }: Pick<Facts, 'inventory'>): MetricsApi | NotRun {
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
