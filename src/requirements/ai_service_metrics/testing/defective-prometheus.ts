import type { Cluster } from '../../../kube/cluster.ts';
import type { KubeObject, ObjectRef } from '../../../kube/object.ts';

const NAMESPACE = 'monitoring';
const KIND = { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus' };
/** The Prometheus of the lab, which has no defect. */
export const SOUND = 'prometheus-operator.monitoring.lab';

/**
 * Another Prometheus beside the sound one, under the same operator, with a default scrape class: rules that every monitor gets, whatever
 * its owner wrote. It heeds PodMonitors alone.
 */
export async function prometheusWith(
  cluster: Cluster,
  name: string,
  scrapeClass: Record<string, unknown> = {},
): Promise<void> {
  const sound = await cluster.get({ ...KIND, name: 'lab', namespace: NAMESPACE });
  // The arguments of the reloader name the Prometheus.
  const spec = JSON.parse(JSON.stringify(sound['spec']).replaceAll('prometheus-lab-', `prometheus-${name}-`)) as Record<
    string,
    unknown
  >;
  for (const kind of ['serviceMonitor', 'probe', 'scrapeConfig', 'rule']) {
    delete spec[`${kind}Selector`];
    delete spec[`${kind}NamespaceSelector`];
  }
  await cluster.create({
    ...KIND,
    metadata: { name, namespace: NAMESPACE },
    spec: {
      ...spec,
      podMonitorSelector: { matchLabels: { collected: name } },
      ...(Object.keys(scrapeClass).length === 0
        ? {}
        : { scrapeClasses: [{ name: 'rules', default: true, ...scrapeClass }] }),
    },
  } as KubeObject);
}

/** Until the pods of these Prometheus objects answer. */
export async function prometheusReady(cluster: Cluster, names: readonly string[]): Promise<void> {
  const waiting = new Set(names.map((name) => `prometheus-${name}-0`));
  const watch = cluster.watch('v1/Pod', { namespace: NAMESPACE, timeoutMs: 120_000 });
  for await (const event of watch) {
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
    const status = event.object['status'] as { conditions?: { type: string; status: string }[] } | undefined;
    const ready = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
    if (ready) waiting.delete(event.object.metadata.name ?? '');
    if (waiting.size === 0) break;
  }
  watch.close();
  if (waiting.size > 0) throw new Error(`not ready after two minutes: ${[...waiting].join(', ')}`);
}

/** From now on the operator leaves this Prometheus as it is: new monitors are accepted and never heeded. */
export async function leaveAlone(cluster: Cluster, name: string): Promise<void> {
  await cluster.patch({ ...KIND, name, namespace: NAMESPACE }, { spec: { paused: true } });
}

/** Changes the one PodMonitor that a Prometheus heeds: it is scraped every two minutes, until what is returned is called. */
export async function slowDown(cluster: Cluster, name: string): Promise<() => Promise<void>> {
  const kind = 'monitoring.coreos.com/v1/PodMonitor';
  const [monitor] = await cluster.list(kind, { labels: `collected=${name}` }).all();
  if (monitor === undefined) throw new Error(`there is no PodMonitor for ${name}`);
  const { podMetricsEndpoints } = monitor['spec'] as { podMetricsEndpoints: object[] };
  const slowed = podMetricsEndpoints.map((endpoint) => ({ ...endpoint, interval: '2m', scrapeTimeout: '1s' }));
  const change = async (to: object[]): Promise<void> => {
    await cluster.patch(refOf(monitor), { spec: { podMetricsEndpoints: to } });
  };
  await change(slowed);
  return () => change(podMetricsEndpoints);
}

function refOf({ apiVersion, kind, metadata: { name = '', namespace = '' } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, namespace };
}
