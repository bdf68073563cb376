import {
  all,
  bound,
  defineCase,
  expectEventually,
  expectNever,
  expectSeen,
  firstMoment,
  list,
  named,
  negativeWindow,
  ofControl,
  type Place,
  phases,
  pinnedPod,
  type RecordedObject,
  read,
  text,
  unschedulable,
} from '../../case-kit/index.ts';
import { claimGone } from './claim-gone.ts';
import { apiWith, kindIn } from './dra-api.ts';
import { syntheticObject } from './synthetic-objects.ts';

interface Params {
  readonly api: string;
  readonly place: Place;
}

const P = phases({
  plain: ['plain created', 'claiming created'],
  waits: ['claiming created', 'waited'],
  gone: ['claiming removed', 'over'],
});

const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';
const GENERATED_FOR = 'resource.kubernetes.io/pod-claim-name';

/**
 * R3: a pod with a claim that nothing can satisfy keeps the claim, is given a generated ResourceClaim, and is not placed; the
 * same pod without the claim is placed on the same node at once (control). With the pod goes its claim.
 */
export const schedulerHonoursClaims = defineCase<Params>({
  id: 'dra_support/scheduler-honours-claims',
  title: 'A pod is placed only when its claims can be met, and its generated claims live as long as it does',
  kind: 'required',
  bar: 'behaviour',

  plan(facts) {
    if (facts.kubernetes.minor < 34)
      return { outcome: 'not-applicable', message: 'before Kubernetes 1.34 scheduling by claims is not on by default' };
    const api = apiWith(facts, ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate']);
    if (typeof api !== 'string') return api;
    const node = facts.inventory.nodes.find((one) => one.candidate);
    if (node === undefined)
      return {
        outcome: 'inconclusive',
        class: 'capacity',
        message: 'no node takes pods',
        remedy: 'Add a Linux node that is Ready and not cordoned.',
      };
    return [
      {
        params: { api, place: { node: node.name, tolerations: node.tolerations } },
        needs: {
          creates: ['v1/Pod', kindIn(api, 'DeviceClass'), kindIn(api, 'ResourceClaimTemplate')],
          reads: [kindIn(api, 'ResourceClaim')],
          waits: [{ why: 'a pod whose claim cannot be met must not be placed', least: negativeWindow(0) }],
        },
      },
    ];
  },

  async act(bench, { api, place }) {
    const claims = { of: kindIn(api, 'ResourceClaim'), group: 'claiming' };
    await bench.observe({ of: claims.of });
    await bench.create(syntheticObject(api, 'DeviceClass', bench.namespace));
    await bench.create(syntheticObject(api, 'ResourceClaimTemplate', 'template', bench.namespace));
    const container = { name: 'hold', script: HOLD };
    await bench.create(pinnedPod(bench, { name: 'plain', place, containers: [container] }), { group: 'plain' });
    bench.mark(P.plain.from);
    await bench.until(bench.pods({ group: 'plain' }), all(bound, 1), { within: '60s' });
    const t = bench.since(P.plain.from);

    const claiming = await bench.create(
      pinnedPod(bench, {
        name: 'claiming',
        place,
        spec: { resourceClaims: [{ name: 'device', resourceClaimTemplateName: 'template' }] },
        containers: [{ ...container, resources: { claims: [{ name: 'device' }] } }],
      }),
      { group: 'claiming' },
    );
    bench.mark(P.waits.from);
    await bench.quiet(bench.pods({ group: 'claiming' }), { during: negativeWindow(t), unless: bound });
    bench.mark(P.waits.to);
    await bench.remove(claiming.ref);
    await bench.untilGone(bench.pods({ group: 'claiming' }), { within: '60s', otherwise: 'go-on' });
    bench.mark(P.gone.from);
    await bench.untilGone(claims, { within: '60s', otherwise: 'go-on' });
    bench.mark(P.gone.to);
  },

  judge(timeline, { api }) {
    const plain = timeline.pods({ group: 'plain' });
    const pods = timeline.pods({ group: 'claiming' });
    const claims = timeline.objects({ of: kindIn(api, 'ResourceClaim'), group: 'claiming' });
    const window = timeline.between(P.waits.from, P.waits.to);
    const t = firstMoment(plain, all(bound, 1), timeline.after(P.plain.from))?.after ?? 0;
    const gate = 'Enable Dynamic Resource Allocation in the API server, the controller manager and the scheduler.';
    return [
      ofControl(
        expectEventually(plain, all(bound, 1), timeline.after(P.plain.from), {
          claim: 'the same pod without a claim is placed (control)',
          otherwise: 'a pod without a claim was not placed',
        }),
        { control: 'capacity' },
      ),
      expectSeen(pods, keepsItsClaim, window, {
        claim: 'the pod is stored with its claim',
        otherwise: "the API server dropped the pod's claim",
        remedy: gate,
      }),
      expectSeen(claims, generatedForThePod, window, {
        claim: 'a ResourceClaim is generated for the pod, which owns it',
        otherwise: 'no ResourceClaim was generated for the pod',
        remedy: gate,
        inexcusable: ['insufficient'],
      }),
      expectSeen(pods, namesItsClaim, window, {
        claim: "the pod's status names its generated claim",
        otherwise: "the pod's status does not name a generated claim",
        remedy: gate,
        inexcusable: ['insufficient'],
      }),
      expectNever(pods, bound, window, {
        claim: 'a pod whose claim cannot be met is not placed',
        otherwise: 'a pod was placed although its claim cannot be met',
        lasting: negativeWindow(t),
        remedy: gate,
      }),
      expectSeen(pods, unschedulable, window, {
        claim: 'the scheduler says that the pod cannot be placed',
        otherwise: 'the scheduler never said that the pod cannot be placed',
      }),
      claimGone(timeline, claims.target, P.gone, 'the generated claim outlived its pod'),
    ];
  },
});

const keepsItsClaim = named('kept its claim', (pod: RecordedObject): true | string => {
  if (list(pod, 'spec.resourceClaims').length !== 1) return 'spec.resourceClaims is not there';
  return list(pod, 'spec.containers.0.resources.claims').length === 1 || 'the claim of its container is not there';
});

const namesItsClaim = named('names its claim', (pod: RecordedObject): true | string => {
  return (
    text(pod, 'status.resourceClaimStatuses.0.resourceClaimName') !== '' || 'status.resourceClaimStatuses is empty'
  );
});

const generatedForThePod = named('generated for its pod', (claim: RecordedObject): true | string => {
  const owner = list(claim, 'metadata.ownerReferences').find((one) => read(one, 'controller') === true);
  if (text(owner, 'kind') !== 'Pod') return 'no pod controls it';
  return claim.metadata.annotations?.[GENERATED_FOR] === 'device' || `it has no annotation ${GENERATED_FOR}`;
});
