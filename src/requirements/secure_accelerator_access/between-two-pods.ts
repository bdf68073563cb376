import {
  all,
  defineCase,
  type Finding,
  fails,
  passes,
  pinnedPod,
  ready,
  requestAccelerators,
  undecided,
} from '../../runner/case-kit.ts';
import { control, grantedNumbers, reachesNothing, reportOf, unknownVendor } from './judging.ts';
import { tryList } from './probe-report.ts';
import { PROBE_AND_HOLD, PROBED } from './probe-script.ts';
import { holder, numbersOf, START } from './probing-pods.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

/** S5: two pods with one accelerator each on one node have different ones, and neither reaches the other's. */
export const betweenTwoPods = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/between-two-pods',
  requirement: 'secure_accelerator_access',
  title: 'Two pods on one node have different accelerators, and one does not reach that of the other',
  kind: 'required',
  bar: 'official',
  plan: (facts) => instancesOf(facts, 2, 2),

  async act(bench, target) {
    const first = await holder(bench, target, 'first', 1);
    const numbers = await numbersOf(bench, first, target);
    bench.mark('first granted');
    const request = requestAccelerators(target.ask, 1, 'second');
    for (const object of request.objects) await bench.create(object);
    const pod = pinnedPod(bench, {
      name: 'second',
      place: target.place,
      user: 'root',
      spec: request.spec,
      containers: [
        {
          name: 'probe',
          script: PROBE_AND_HOLD,
          resources: request.resources,
          env: { PLIMSOLL_TRY: tryList(numbers) },
          readyFile: PROBED,
        },
      ],
    });
    const handle = await bench.create(pod, { group: 'second' });
    await bench.until(bench.pods({ group: 'second' }), all(ready, 1), { within: START });
    await bench.logs(handle.ref, 'probe');
    bench.mark('both granted');
  },

  judge(timeline, target) {
    const first = reportOf(timeline, 'first');
    const second = reportOf(timeline, 'second');
    const granted = first === undefined ? new Set<never>() : grantedNumbers(first.report, target);
    const own = second === undefined ? new Set<never>() : grantedNumbers(second.report, target);
    return [
      control(timeline, target, 'first'),
      control(timeline, target, 'second'),
      disjoint(),
      reachesNothing(
        timeline,
        target,
        {
          pod: 'second',
          claim: 'a pod does not reach the accelerator of its neighbour',
          remedy: 'Let the device cgroup allow a container its own device numbers alone.',
          own,
        },
        granted,
      ),
      ...unknownVendor(target),
    ];

    function disjoint(): Finding {
      const claim = 'two pods on one node were given different accelerators';
      if (first === undefined || second === undefined || granted.size === 0 || own.size === 0)
        return undecided('environment', claim, 'not both pods reported their device', []);
      const both = [...own].filter((number) => granted.has(number));
      const evidence = [first.seq, second.seq];
      if (both.length === 0) return passes(claim, `${[...granted].join(', ')} and ${[...own].join(', ')}`, evidence);
      return fails(
        claim,
        `both hold ${both.join(', ')}`,
        evidence,
        'A device that is not shared must be allocated once.',
      );
    }
  },
});
