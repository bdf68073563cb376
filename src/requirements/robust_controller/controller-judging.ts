import {
  expectEventually,
  expectNever,
  type Finding,
  fails,
  list,
  negativeWindow,
  passes,
  type RecordedObject,
  remark,
  showDuration,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { available, type Baseline, type Definition, restarted } from './controller-states.ts';
import type { OperatorParams } from './operator.ts';

/** R1, R2. */
export function judgeController(timeline: Timeline, params: OperatorParams): readonly Finding[] {
  return [
    definition(timeline, params),
    ...(params.controllers.length === 0 ? [noController(params)] : []),
    ...params.controllers.map(({ kind, namespace, name }) =>
      expectEventually(
        timeline.objects({ of: `apps/v1/${kind}`, namespace, name, fields: `metadata.name=${name}` }),
        available,
        timeline.between('watching', 'window begins'),
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
  const mark = timeline.mark('definition');
  const claim = `the resource of ${profile.title} is established`;
  if (mark === undefined) {
    const { end } = timeline;
    return undecided(end?.class ?? 'interrupted', claim, end?.message ?? 'it was never read', [], end?.remedy);
  }
  const { name, established, namesAccepted, served } = mark.data as Definition;
  const state = `${name}: Established=${established}, NamesAccepted=${namesAccepted}, serves ${served.join(', ')}`;
  const good = established === 'True' && namesAccepted === 'True' && served.includes(api);
  return good
    ? passes(claim, state, [mark.seq])
    : fails(claim, state, [mark.seq], 'Install the CustomResourceDefinitions that belong to the controller.');
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
  const mark = timeline.mark('window begins');
  if (mark === undefined) return [];
  const baseline = mark.data as Baseline;
  return baseline.pods.flatMap((target) => {
    const pods = timeline.objects(target);
    if (pods.objects.length === 0) return [];
    return [
      expectNever(pods, restarted(baseline.restarts), timeline.between('window begins', 'window ends'), {
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
