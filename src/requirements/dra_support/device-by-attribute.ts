import {
  all,
  bound,
  defineCase,
  expectEventually,
  expectNever,
  expectSeen,
  type Finding,
  fails,
  firstMoment,
  list,
  named,
  negativeWindow,
  passes,
  type RecordedObject,
  remark,
  running,
  type Target,
  type Timeline,
  text,
  unschedulable,
} from '../../case-kit/index.ts';
import { claimGone } from './claim-gone.ts';
import { DEVICES, P, reserved, results } from './device-act.ts';
import { type DeviceParams, deviceInstances } from './device-targets.ts';
import { kindIn } from './dra-api.ts';

/**
 * R4, with the platform's own driver: a claim that selects by attribute is given a device that has it, for the pod that asked; one
 * with an impossible value is given nothing; what a pod held is given out again when it is gone.
 */
export const deviceByAttribute = defineCase<DeviceParams>({
  id: 'dra_support/device-by-attribute',
  title: 'A device is asked for by its attributes, allocated to the pod that asked, and released with it',
  kind: 'conditional',
  bar: 'behaviour',
  budget: { act: '15m' },

  plan: (facts) =>
    deviceInstances(facts, 1, {
      waits: [{ why: 'a claim that no device fits must not be met', least: negativeWindow(0), withoutTokens: true }],
    }),
  shares: DEVICES,

  judge(timeline, { api, selected, tellsApart, ask, place, untried }) {
    const of = kindIn(api, 'ResourceClaim');
    const pods = (group: string) => timeline.pods({ group });
    const window = timeline.between(P.impossible.from, P.impossible.to);
    const t = firstMoment(pods('picked'), all(running, 1), timeline.after(P.picked.from))?.after ?? 0;
    return [
      expectEventually(pods('picked'), all(running, 1), timeline.after(P.picked.from), {
        claim: `a pod with a claim for a device of ${ask.name} runs on ${place.node}`,
        otherwise: 'a pod with a claim for a free device did not run',
      }),
      allocated(timeline, { of, group: 'picked' }, selected, tellsApart),
      expectSeen(timeline.objects({ of, group: 'picked' }), reservedFor(timeline), timeline.after(P.picked.from), {
        claim: 'the claim is reserved for the pod that asked',
        otherwise: 'the claim was not reserved for the pod that asked',
      }),
      expectNever(pods('impossible'), bound, window, {
        claim: 'a claim for an attribute that no device has is not met',
        otherwise: 'a pod was placed although no device fits its claim',
        lasting: negativeWindow(t),
      }),
      expectSeen(pods('impossible'), unschedulable, window, {
        claim: 'the scheduler says that no device fits',
        otherwise: 'the scheduler never said that no device fits',
      }),
      claimGone(
        timeline,
        { of, group: 'picked' },
        P.released,
        'the claim outlived its pod, and its device stays allocated',
      ),
      expectEventually(pods('again'), all(bound, 1), timeline.between(P.again.from, P.again.to), {
        claim: 'the device that was released is given out again',
        otherwise: 'a released device was not given out again',
        inexcusable: ['insufficient'],
      }),
      ...untriedKinds(ask.name, untried),
    ];
  },
});

function untriedKinds(driver: string, untried: readonly string[]): Finding[] {
  if (untried.length === 0) return [];
  const message = `${untried.length} more kinds of nodes have ${driver} and were not tried: ${untried.join('; ')}`;
  return [remark('every kind of node was tried', message, [])];
}

function reservedFor(timeline: Timeline): (claim: RecordedObject) => true | string {
  const uids = new Set(timeline.pods({ group: 'picked' }).objects.map((pod) => pod.uid));
  return named('reserved for its pod', (claim: RecordedObject) => {
    const holders = list(claim, 'status.reservedFor').map((one) => text(one, 'uid'));
    return holders.some((uid) => uids.has(uid)) || `reserved for ${holders.join(', ') || 'nobody'}`;
  });
}

/** Exactly one device is allocated, and it is one that the expression selects. */
function allocated(timeline: Timeline, target: Target, selected: readonly string[], tellsApart: boolean): Finding {
  const claim = tellsApart
    ? 'the allocated device is one that the expression selects, and others are not selected by it'
    : 'a device is allocated that exists (all devices look alike: nothing tells them apart)';
  const selection = timeline.objects(target);
  const states = selection.objects.flatMap((object) => object.states.filter((state) => results(state.body).length > 0));
  const wrong = states.find((state) => results(state.body).some((device) => !selected.includes(device)));
  if (wrong !== undefined)
    return fails(
      claim,
      `allocated ${results(wrong.body).join(', ')}, selected were ${selected.join(', ')}`,
      [wrong.seq],
      'The CEL selectors of a claim have to be heeded.',
    );
  const [first] = states;
  if (first !== undefined && results(first.body).length === 1)
    return passes(claim, `allocated ${results(first.body).join(', ')}`, [first.seq]);
  return expectSeen(selection, reserved, timeline.after(P.picked.from), {
    claim,
    otherwise: 'no allocation is written to the claim',
  });
}
