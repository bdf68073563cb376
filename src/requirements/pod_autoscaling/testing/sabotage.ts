import { list, text } from '../../../case-kit/index.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { KubeObject, ObjectRef } from '../../../kube/object.ts';

const ADMISSION = 'admissionregistration.k8s.io';
const RUN = 'plimsoll.dev/run';

/** What of one run an admission policy changes. */
interface Change {
  readonly name: string;
  readonly run: string;
  readonly group: string;
  readonly resource: string;
  /** CEL: a list of JSONPatch. */
  readonly patch: string;
}

/** A mutating admission policy that changes what is created in the namespaces of one run; it binds once `bind` is called. */
export async function policy(cluster: Cluster, change: Change): Promise<{ bind(): Promise<void> }> {
  const { name, run, group, resource, patch } = change;
  const apiVersion = (await cluster.resources()).preferred(ADMISSION, 'MutatingAdmissionPolicy')?.apiVersion ?? '';
  const rule = { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE'], resources: [resource] };
  await cluster.create({
    apiVersion,
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [rule], namespaceSelector: { matchLabels: { [RUN]: run } } },
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patch } }],
    },
  });
  const bind = async (): Promise<void> => {
    await cluster.create({
      apiVersion,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    });
  };
  return { bind };
}

/** Rules of prometheus-adapter as the lab has them, but for what pods of some namespaces are told. */
export function adapterRules(config: string, wrong: { sums: string; constant: string }): string {
  const sound = 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)';
  const of = (run: string): string => `namespace=~"plimsoll-${run}.*"`;
  const own = (matcher: string): string => `sum(<<.Series>>{<<.LabelMatchers>>,${matcher}}) by (<<.GroupBy>>)`;
  const whole = `sum(<<.Series>>{<<.LabelMatchers>>,${of(wrong.sums)}})`;
  const query = [
    own(`namespace!~"plimsoll-(${wrong.sums}|${wrong.constant}).*"`),
    // Every pod is told the sum of all.
    `(${own(of(wrong.sums))} * 0 + on() group_left() ${whole})`,
    `(${own(of(wrong.constant))} * 0 + 100)`,
  ].join(' or ');
  if (!config.includes(sound)) throw new Error('the rules of the adapter are not those that were expected');
  return config.replace(sound, query);
}

/**
 * A controller beside the autoscaler, in the namespaces of one run: for each autoscaler about which `wish` names a number, it scales what
 * that scales. Ends with the signal.
 */
export async function meddle(
  cluster: Cluster,
  run: string,
  signal: AbortSignal,
  wish: (hpa: KubeObject) => Promise<number | undefined>,
): Promise<void> {
  const watch = cluster.watch('autoscaling/v2/HorizontalPodAutoscaler', { labels: `${RUN}=${run}`, signal });
  try {
    for await (const event of watch) {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
      const replicas = await wish(event.object);
      if (replicas === undefined) continue;
      const { namespace = '', name = '' } = event.object.metadata;
      await cluster.scale({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name } satisfies ObjectRef, replicas);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    watch.close();
  }
}

/** M9: what had read its target and has lost its metric is scaled to the most. */
export function mostWithoutMetric(): (hpa: KubeObject) => Promise<number | undefined> {
  const settled = new Set<string>();
  return async (hpa) => {
    const { uid = '' } = hpa.metadata;
    const active = list(hpa, 'status.conditions').find((one) => text(one, 'type') === 'ScalingActive');
    if (list(hpa, 'status.currentMetrics').some((one) => text(one, 'pods.current.averageValue') === '100'))
      settled.add(uid);
    return settled.has(uid) && text(active, 'reason') === 'FailedGetPodsMetric' ? 3 : undefined;
  };
}
