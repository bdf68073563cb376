import { defineCase, expectAnswer, expectSeen, list, named, type RecordedObject, text } from '../../case-kit/index.ts';
import { DEVICES, P } from './device-act.ts';
import { type DeviceParams, deviceInstances } from './device-targets.ts';
import { kindIn } from './dra-api.ts';

const REMEDY = 'Enable the feature gate DRAPrioritizedList (on by default from Kubernetes 1.34 on, KEP-4816).';

/** R6: of a claim with alternatives, the first one that can be met is met: not one that no device fits. */
export const firstAvailable = defineCase<DeviceParams>({
  id: 'dra_support/first-available',
  title: 'A claim with alternatives is given the first one that can be met',
  kind: 'extended',
  bar: 'behaviour',
  plan: (facts) => deviceInstances(facts, 2, { claims: true }),
  shares: DEVICES,

  judge(timeline, { api }) {
    const claims = timeline.objects({ of: kindIn(api, 'ResourceClaim'), group: 'alternatives' });
    const window = timeline.between(P.alternatives.from, P.alternatives.to);
    return [
      expectAnswer(
        timeline,
        { name: 'claim alternatives', method: 'POST' },
        (answer) => answer.status === 201 || `status ${answer.status ?? 'none'}`,
        {
          claim: 'a claim with alternatives is accepted',
          otherwise: 'a claim with alternatives was refused',
          remedy: REMEDY,
        },
      ),
      expectSeen(claims, second, window, {
        claim: 'the alternative that can be met is allocated, not the one before it that cannot',
        otherwise: 'no alternative was allocated',
        remedy: REMEDY,
      }),
    ];
  },
});

const second = named('the second alternative', (claim: RecordedObject): true | string => {
  const given = list(claim, 'status.allocation.devices.results').map((one) => text(one, 'request'));
  return (given.length === 1 && given[0] === 'r/second') || `allocated: ${given.join(', ') || 'nothing'}`;
});
