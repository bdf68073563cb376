import { all, defineCase, pinnedPod, ready, requestAccelerators } from '../../runner/case-kit.ts';
import { control, grantedNumbers, reachesNothing, reportOf, unknownVendor } from './judging.ts';
import { tryList } from './probe-report.ts';
import { PROBE_AND_HOLD, PROBE_ONCE, PROBED } from './probe-script.ts';
import { holder, numbersOf, START } from './probing-pods.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

const REMEDY = 'Let the runtime give devices to the container that asked, not to the pod.';

/** S4: of a pod's containers only the one that asked reaches the accelerator; a sidecar and an init container do not. */
export const otherContainersOfThePod = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/other-containers-of-the-pod',
  requirement: 'secure_accelerator_access',
  title: 'A sidecar and an init container do not reach the accelerator that another container of their pod asked for',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) => instancesOf(facts, 1, 'all'),

  async act(bench, target) {
    // First learn which numbers there are: the init container runs before the pod's own device is known.
    const first = await holder(bench, target, 'numbers', target.free);
    const env = { PLIMSOLL_TRY: tryList(await numbersOf(bench, first, target)) };
    bench.mark('numbers known');
    await bench.remove(first.ref);
    const request = requestAccelerators(target.ask, target.free, 'shared');
    for (const object of request.objects) await bench.create(object);
    const pod = pinnedPod(bench, {
      name: 'shared',
      place: target.place,
      user: 'root',
      spec: request.spec,
      initContainers: [{ name: 'before', script: PROBE_ONCE, env }],
      containers: [
        { name: 'probe', script: PROBE_AND_HOLD, resources: request.resources, readyFile: PROBED },
        { name: 'beside', script: PROBE_AND_HOLD, env, readyFile: PROBED },
      ],
    });
    const handle = await bench.create(pod, { group: 'shared' });
    await bench.until(bench.pods({ group: 'shared' }), all(ready, 1), { within: START });
    for (const container of ['probe', 'beside', 'before']) await bench.logs(handle.ref, container);
  },

  judge(timeline, target) {
    const asking = reportOf(timeline, 'shared');
    const granted = asking === undefined ? new Set<never>() : grantedNumbers(asking.report, target);
    const nothing = (container: string, claim: string) =>
      reachesNothing(timeline, target, { pod: 'shared', container, claim, remedy: REMEDY }, granted);
    return [
      control(timeline, target, 'shared'),
      nothing('beside', 'a sidecar that did not ask reaches nothing'),
      nothing('before', 'an init container that did not ask reaches nothing'),
      ...unknownVendor(target),
    ];
  },
});
