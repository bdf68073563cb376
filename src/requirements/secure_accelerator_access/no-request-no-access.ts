import { defineCase } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import { heldNumbers, holdersControl, limitsOf, reachNothingByAnyClass } from './judging.ts';

import { type AcceleratorTarget, instancesOf } from './targets.ts';

const REMEDY =
  'Look at what puts device nodes into containers that did not ask: the default runtime, a hook, a privileged default.';

/** S2: on the node of a pod that holds all free accelerators, a pod that asked for none reaches none. */
export const noRequestNoAccess = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/no-request-no-access',
  title:
    'A pod that asked for no accelerator reaches none on its node, by no device node and by none that it makes itself',
  kind: 'required',
  bar: 'official',
  plan: (facts) => instancesOf(facts, 1),

  shares: ISOLATION,

  judge(timeline, target) {
    const granted = heldNumbers(timeline, target);
    const claim = 'a pod without a request sees no accelerator and opens none';
    return [
      holdersControl(timeline, target),
      ...reachNothingByAnyClass(timeline, target, { pods: 'outsider', claim, remedy: REMEDY }, granted),
      ...limitsOf(target),
    ];
  },
});
