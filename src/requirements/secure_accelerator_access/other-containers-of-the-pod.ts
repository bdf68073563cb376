import { defineCase } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import { control, grantedNumbers, heldNumbers, limitsOf, reachesNothing, reportOf } from './judging.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

const REMEDY = 'Let the runtime give devices to the container that asked, not to the pod.';

/** S4: of a pod's containers only the one that asked reaches the accelerator; a sidecar and an init container do not. */
export const otherContainersOfThePod = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/other-containers-of-the-pod',
  title: 'A sidecar and an init container do not reach the accelerator that another container of their pod asked for',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) => instancesOf(facts, 1),

  shares: ISOLATION,

  judge(timeline, target) {
    // Neither the device of their own pod nor any other one that the node has.
    const shared = reportOf(timeline, 'shared');
    const granted = new Set([
      ...heldNumbers(timeline, target),
      ...(shared === undefined ? [] : grantedNumbers(shared.report, target)),
    ]);
    const nothing = (container: string, claim: string) =>
      reachesNothing(timeline, target, { pod: 'shared', container, claim, remedy: REMEDY }, granted);
    return [
      control(timeline, target, 'shared'),
      nothing('beside', 'a sidecar that did not ask reaches nothing'),
      nothing('before', 'an init container that did not ask reaches nothing'),
      ...limitsOf(target),
    ];
  },
});
