import {
  type Bench,
  condition,
  defineCase,
  expectEventually,
  expectNever,
  type Finding,
  fact,
  fails,
  type KindName,
  type KubeObject,
  list,
  named,
  negativeWindow,
  number,
  type ObjectRef,
  passes,
  phases,
  type RecordedObject,
  read,
  remark,
  showDuration,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { instancesOf } from './instances.ts';
import type { OperatorParams } from './operator.ts';

/** What was seen of the resource's definition: too large to be kept whole. */
interface Definition {
  readonly name: string;
  readonly established: string;
  readonly namesAccepted: string;
  readonly served: readonly string[];
}

/** When the window began: whose pods are watched, and how often each of them (by uid) had restarted. */
interface Baseline {
  readonly pods: readonly PodsOfController[];
  readonly restarts: Readonly<Record<string, number>>;
}

/** Pods of one workload of the operator, by its own selector. */
interface PodsOfController {
  readonly of: 'v1/Pod';
  readonly namespace: string;
  readonly labels: string;
}

/** Until the workloads are looked at, and the window in which nothing may restart. */
const P = phases({ looks: ['watching', 'window begins'], runs: ['window begins', 'window ends'] });
const BASELINE = fact<Baseline>('window begins');
const DEFINED = fact<Definition>('definition');

/** As many replicas as are wanted are ready, and at least one is wanted. */
export const available = named('available', (objects: readonly RecordedObject[]) => {
  const [workload] = objects;
  if (workload === undefined) return 'it is not there';
  const wanted = number(workload, 'spec.replicas') ?? 1;
  const ready = number(workload, 'status.readyReplicas') ?? 0;
  if (wanted === 0) return 'no replica is wanted: nobody does its work';
  if ((number(workload, 'status.observedGeneration') ?? 0) < (workload.metadata.generation ?? 0))
    return 'its newest state was not taken up yet';
  return ready >= wanted || `${ready} of ${wanted} replicas ready`;
});

/** How often the containers of a pod were started again. */
function restartsOf(pod: RecordedObject): number {
  return list(pod, 'status.containerStatuses').reduce<number>(
    (sum, container) => sum + (number(container, 'restartCount') ?? 0),
    0,
  );
}

/** More restarts than there were when the window began; of a pod that is new since then, any. */
function restarted(restarts: Baseline['restarts']): (pod: RecordedObject) => true | string {
  return named('restarted', (pod: RecordedObject) => {
    const before = restarts[pod.metadata.uid ?? ''] ?? 0;
    const now = restartsOf(pod);
    return now > before || `${now} restarts`;
  });
}

/** R1, R2. */
function judgeController(timeline: Timeline, params: OperatorParams): readonly Finding[] {
  return [
    definition(timeline, params),
    ...(params.controllers.length === 0 ? [noController(params)] : []),
    ...params.controllers.map(({ kind, namespace, name }) =>
      expectEventually(
        timeline.objects({ of: `apps/v1/${kind}`, namespace, name, fields: `metadata.name=${name}` }),
        available,
        timeline.between(P.looks.from, P.looks.to),
        {
          claim: `${kind} ${namespace}/${name} is available`,
          otherwise: `${kind} ${namespace}/${name} is not available`,
          remedy: 'See its pods and events: kubectl -n NAMESPACE describe pods.',
        },
      ),
    ),
    ...restarts(timeline),
    ...leader(timeline),
  ];
}

function definition(timeline: Timeline, { api, profile }: OperatorParams): Finding {
  const found = timeline.learned(DEFINED);
  const claim = `the resource of ${profile.title} is established`;
  if (found === undefined) {
    const { end } = timeline;
    return undecided(end?.class ?? 'interrupted', claim, end?.message ?? 'it was never read', [], end?.remedy);
  }
  const { name, established, namesAccepted, served } = found.data;
  const state = `${name}: Established=${established}, NamesAccepted=${namesAccepted}, serves ${served.join(', ')}`;
  const good = established === 'True' && namesAccepted === 'True' && served.includes(api);
  return good
    ? passes(claim, state, [found.seq])
    : fails(claim, state, [found.seq], 'Install the CustomResourceDefinitions that belong to the controller.');
}

function noController({ profile }: OperatorParams): Finding {
  return undecided(
    'not-found',
    `the controller of ${profile.title} runs`,
    `no Deployment or StatefulSet named ${profile.controllers.join(' or ')} was found`,
    [],
    "Name the controller's workload in a profile (--tables FILE), or run it in this cluster.",
  );
}

function restarts(timeline: Timeline): Finding[] {
  const baseline = timeline.learned(BASELINE)?.data;
  if (baseline === undefined) return [];
  return baseline.pods.flatMap((target) => {
    const pods = timeline.objects(target);
    if (pods.objects.length === 0) return [];
    return [
      expectNever(pods, restarted(baseline.restarts), timeline.between(P.runs.from, P.runs.to), {
        claim: `no container of the operator restarts (${target.namespace})`,
        otherwise: 'the operator does not keep running',
        remedy: 'See the log of the container before it ended: kubectl logs --previous.',
        lasting: negativeWindow(0),
        bar: 'behaviour',
      }),
    ];
  });
}

/** Leases that a pod of the operator holds. One that is not renewed has a leader that does nothing. */
function leader(timeline: Timeline): Finding[] {
  const [before, after] = (['leases before', 'leases after'] as const).map((name) => leasesOf(timeline, name));
  if (before === undefined || after === undefined) return [];
  const pods = new Set(timeline.pods().objects.map((pod) => pod.ref.name));
  const held = after.filter(({ lease }) => [...pods].some((pod) => text(lease, 'spec.holderIdentity').startsWith(pod)));
  if (held.length === 0) return [remark('leader election', 'no pod of the operator holds a lease', [])];
  return held.flatMap(({ lease, seq }): Finding[] => {
    const earlier = before.find((one) => one.lease.metadata.uid === lease.metadata.uid);
    const claim = `the holder of Lease ${lease.metadata.name ?? ''} renews it`;
    const now = text(lease, 'spec.renewTime');
    if (earlier === undefined || text(earlier.lease, 'spec.holderIdentity') !== text(lease, 'spec.holderIdentity'))
      return [remark(claim, `${text(lease, 'spec.holderIdentity')} came to hold it meanwhile`, [seq])];
    return text(earlier.lease, 'spec.renewTime') === now
      ? [fails(claim, `not renewed since ${now}, for ${showDuration(negativeWindow(0))}`, [earlier.seq, seq])]
      : [{ ...passes(claim, `last renewed at ${now}`, [earlier.seq, seq]), bar: 'behaviour' }];
  });
}

function leasesOf(timeline: Timeline, name: string): { lease: RecordedObject; seq: number }[] {
  return timeline
    .answers({ name })
    .flatMap(({ body, seq }) => list({ body }, 'body').map((lease) => ({ lease: lease as RecordedObject, seq })));
}

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
    bench.begin(P.looks);
    for (const { workload } of targets) await bench.until(workload, available, { within: '60s', otherwise: 'go-on' });
    const pods = targets.flatMap(({ pods: target }) => bench.current(target) as readonly RecordedObject[]);
    const restarts = Object.fromEntries(pods.map((pod) => [pod.metadata.uid ?? '', restartsOf(pod)]));
    await leases(bench, params, 'leases before');
    bench.learn(BASELINE, { pods: targets.map(({ pods: target }) => target), restarts });
    const unless = restarted(restarts);
    await Promise.all(
      targets
        .filter(({ pods: target }) => bench.current(target).length > 0)
        .map(({ pods: target }) => bench.quiet(target, { during: negativeWindow(0), unless })),
    );
    bench.finish(P.runs);
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
  bench.learn(DEFINED, {
    name,
    established: status('Established'),
    namesAccepted: status('NamesAccepted'),
    served: served.map((version) => `${group}/${text(version, 'name')}`),
  });
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
