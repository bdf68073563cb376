import { defineCase, type Finding, passes, type Timeline } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import { control, grantedNumbers, limitsOf, reachesNothing, reportOf } from './judging.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';
import { ways } from './visible-devices.ts';

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
    const holding = reportOf(timeline, 'holder');
    const granted = holding === undefined ? new Set<never>() : grantedNumbers(holding.report, target);
    return [
      control(timeline, target, 'holder'),
      ...ways(target).map(({ pod, runtimeClass }) => {
        const claim = `a visible-devices variable gives nothing${runtimeClass === undefined ? '' : ` with RuntimeClass ${runtimeClass}`}`;
        return (
          refusedToStart(timeline, pod, claim) ??
          reachesNothing(timeline, target, { pod, claim, remedy: REMEDY }, granted)
        );
      }),
      ...limitsOf(target),
    ];
  },
});

/** "insufficient privileges to read device list from NVIDIA_VISIBLE_DEVICES": the container was not even started. */
function refusedToStart(timeline: Timeline, pod: string, claim: string): Finding | undefined {
  for (const history of timeline.pods({ group: pod }).objects) {
    for (const state of history.states) {
      const said = /insufficient privileges[^"]*VISIBLE_DEVICES[^"]*/.exec(JSON.stringify(state.body['status'] ?? {}));
      if (said) return passes(claim, `the runtime refused to start ${pod}: ${said[0]}`, [state.seq]);
    }
  }
  return undefined;
}
