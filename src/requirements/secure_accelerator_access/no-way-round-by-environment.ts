import { defineCase } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import { heldNumbers, holdersControl, limitsOf, reachNothingByAnyClass } from './judging.ts';

import { type AcceleratorTarget, instancesOf } from './targets.ts';

const REMEDY =
  'Let the toolkit refuse the variable from unprivileged containers (NVIDIA: accept-nvidia-visible-devices-envvar-when-unprivileged=false, with DEVICE_LIST_STRATEGY=volume-mounts or cdi-annotations/cdi-cri).';

/** S3: a visible-devices variable is no way past the scheduler. A runtime that refuses to start such a container denies too. */
export const noWayRoundByEnvironment = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/no-way-round-by-environment',
  title: 'A visible-devices variable gives no accelerator to a pod that asked for none',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) => instancesOf(facts, 1),

  shares: ISOLATION,

  judge(timeline, target) {
    const granted = heldNumbers(timeline, target);
    const claim = 'a visible-devices variable gives nothing';
    return [
      holdersControl(timeline, target),
      ...reachNothingByAnyClass(timeline, target, { pods: 'by-variable', claim, remedy: REMEDY }, granted),
      ...limitsOf(target),
    ];
  },
});
