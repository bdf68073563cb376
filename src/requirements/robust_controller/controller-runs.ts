import {
  type Bench,
  condition,
  defineCase,
  type KindName,
  type KubeObject,
  list,
  negativeWindow,
  type ObjectRef,
  type RecordedObject,
  read,
  text,
} from '../../case-kit/index.ts';
import { judgeController } from './controller-judging.ts';
import {
  available,
  type Baseline,
  type Definition,
  type PodsOfController,
  restarted,
  restartsOf,
} from './controller-states.ts';
import { instancesOf } from './instances.ts';
import type { OperatorParams } from './operator.ts';

const DEFINITION = 'apiextensions.k8s.io/v1/CustomResourceDefinition';
const LEASE = 'coordination.k8s.io/v1/Lease';

/**
 * R1, R2. The operator's workloads are available, none of their containers restarts for a minute, whoever holds its lease renews it; its
 * resource is established and served in the version that is used.
 */
export const controllerRuns = defineCase<OperatorParams>({
  id: 'robust_controller/controller-runs',
  title: "The operator's pods run without restarting, and its resource is established",
  kind: 'required',
  bar: 'official',
  plan: (facts) =>
    instancesOf(facts, 'operator', ({ controllers }) => ({
      reads: [DEFINITION, LEASE, 'apps/v1/ReplicaSet', ...controllerKinds(controllers)],
      waits: [{ why: 'no container of the operator may restart', least: negativeWindow(0) }],
    })),

  async act(bench, params) {
    await lookAtDefinition(bench, params);
    const targets = await Promise.all(params.controllers.map((one) => watchController(bench, one)));
    bench.mark('watching');
    for (const { workload } of targets) await bench.until(workload, available, { within: '60s', otherwise: 'go-on' });
    const pods = targets.flatMap(({ pods: target }) => bench.current(target) as readonly RecordedObject[]);
    const restarts = Object.fromEntries(pods.map((pod) => [pod.metadata.uid ?? '', restartsOf(pod)]));
    await leases(bench, params, 'leases before');
    bench.mark('window begins', { pods: targets.map(({ pods: target }) => target), restarts } satisfies Baseline);
    const unless = restarted(restarts);
    await Promise.all(
      targets
        .filter(({ pods: target }) => bench.current(target).length > 0)
        .map(({ pods: target }) => bench.quiet(target, { during: negativeWindow(0), unless })),
    );
    bench.mark('window ends');
    await leases(bench, params, 'leases after');
  },

  judge: judgeController,
});

export function controllerKinds(controllers: OperatorParams['controllers']): KindName[] {
  return [...new Set(controllers.map(({ kind }): KindName => `apps/v1/${kind}`))];
}

async function lookAtDefinition(bench: Bench, params: OperatorParams): Promise<void> {
  const group = params.api.slice(0, params.api.indexOf('/'));
  const name = `${params.plural}.${group}`;
  const [apiVersion, kind] = ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'];
  const object = await bench.get({ apiVersion, kind, name });
  const status = (type: string): string => text(condition(object, type), 'status') || 'missing';
  const served = list(object, 'spec.versions').filter((version) => read(version, 'served') === true);
  bench.mark('definition', {
    name,
    established: status('Established'),
    namesAccepted: status('NamesAccepted'),
    served: served.map((version) => `${group}/${text(version, 'name')}`),
  } satisfies Definition);
}

interface Watched {
  readonly workload: { of: KindName; namespace: string; name: string; fields: string };
  readonly pods: PodsOfController;
}

/** Watches a Deployment or StatefulSet of the operator, and its pods by its own selector. */
export async function watchController(
  bench: Bench,
  controller: OperatorParams['controllers'][number],
): Promise<Watched> {
  const { kind, namespace, name } = controller;
  const ref: ObjectRef = { apiVersion: 'apps/v1', kind, namespace, name };
  const labels = selectorOf(await bench.get(ref));
  const workload = { of: `apps/v1/${kind}` as const, namespace, name, fields: `metadata.name=${name}` };
  const pods = { of: 'v1/Pod', namespace, labels } as const;
  await Promise.all([bench.observe(workload), bench.observe(pods)]);
  if (kind === 'Deployment') await bench.observe({ of: 'apps/v1/ReplicaSet', namespace, labels });
  return { workload, pods };
}

function selectorOf(workload: KubeObject): string {
  const labels = (read(workload, 'spec.selector.matchLabels') ?? {}) as Record<string, string>;
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Leases of the namespaces in which the operator runs: whoever leads holds one. */
async function leases(bench: Bench, { controllers }: OperatorParams, name: string): Promise<void> {
  for (const namespace of new Set(controllers.map((one) => one.namespace)))
    await bench.attempt(name, (again) => again.list(LEASE, { namespace }));
}
