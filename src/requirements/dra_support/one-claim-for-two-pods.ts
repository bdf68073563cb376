import {
  all,
  defineCase,
  expectEventually,
  expectSeen,
  list,
  named,
  type RecordedObject,
  running,
} from '../../case-kit/index.ts';
import { DEVICES, P } from './device-act.ts';
import { type DeviceParams, deviceInstances } from './device-targets.ts';
import { kindIn } from './dra-api.ts';

/** R5: two pods that name the same claim run at the same time, and the claim is reserved for both. */
export const oneClaimForTwoPods = defineCase<DeviceParams>({
  id: 'dra_support/one-claim-for-two-pods',
  title: 'Two pods share a device by naming the same claim',
  kind: 'extended',
  bar: 'behaviour',
  plan: (facts) => deviceInstances(facts, 2, { claims: true }),
  shares: DEVICES,

  judge(timeline, { api }) {
    const window = timeline.between(P.common.from, P.common.to);
    return [
      expectEventually(timeline.pods({ group: 'common' }), all(running, 2), window, {
        claim: 'two pods with one claim run at the same time',
        otherwise: 'two pods with one claim did not run at the same time',
      }),
      expectSeen(timeline.objects({ of: kindIn(api, 'ResourceClaim'), group: 'common' }), reservedForTwo, window, {
        claim: 'the claim is reserved for both of them',
        otherwise: 'the claim was never reserved for both of them',
        remedy: 'See whether the driver and the scheduler handle status.reservedFor with more than one pod.',
      }),
    ];
  },
});

const reservedForTwo = named('reserved for two', (claim: RecordedObject): true | string => {
  const count = list(claim, 'status.reservedFor').length;
  return count === 2 || `reserved for ${count}`;
});
