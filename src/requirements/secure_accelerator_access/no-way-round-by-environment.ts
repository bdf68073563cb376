import { defineCase, type Finding, passes, type Timeline } from '../../runner/case-kit.ts';
import { control, grantedNumbers, reachesNothing, reportOf, unknownVendor } from './judging.ts';
import { holder, numbersOf, outsider } from './probing-pods.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

/** Values with which runtimes of different vendors hand out all devices. */
const ALL = {
  NVIDIA_VISIBLE_DEVICES: 'all',
  NVIDIA_DRIVER_CAPABILITIES: 'all',
  HABANA_VISIBLE_DEVICES: 'all',
  AMD_VISIBLE_DEVICES: 'all',
  ASCEND_VISIBLE_DEVICES: '0',
  MTHREADS_VISIBLE_DEVICES: 'all',
};

const REMEDY =
  'Let the toolkit refuse the variable from unprivileged containers (NVIDIA: accept-nvidia-visible-devices-envvar-when-unprivileged=false, with DEVICE_LIST_STRATEGY=volume-mounts or cdi-annotations/cdi-cri).';

/** With the default runtime, and once with each RuntimeClass of the vendor. */
function ways(target: AcceleratorTarget): { pod: string; runtimeClass?: string }[] {
  return [
    { pod: 'outsider' },
    ...target.runtimeClasses.map((runtimeClass, at) => ({ pod: `outsider-${at + 1}`, runtimeClass })),
  ];
}

/** S3: a visible-devices variable is no way past the scheduler. A runtime that refuses to start such a container denies too. */
export const noWayRoundByEnvironment = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/no-way-round-by-environment',
  requirement: 'secure_accelerator_access',
  title: 'A visible-devices variable gives no accelerator to a pod that asked for none',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) => instancesOf(facts, 1, 'all'),

  async act(bench, target) {
    const holding = await holder(bench, target, 'holder', target.free);
    bench.mark('granted');
    const tries = await numbersOf(bench, holding, target);
    const others = Object.fromEntries(target.visibleDevices.map((name) => [name, 'all']));
    for (const { pod, runtimeClass } of ways(target)) {
      await outsider(bench, target, {
        name: pod,
        tries,
        env: { ...others, ...ALL },
        ...(runtimeClass === undefined ? {} : { runtimeClass }),
      });
    }
  },

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
      ...unknownVendor(target),
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
