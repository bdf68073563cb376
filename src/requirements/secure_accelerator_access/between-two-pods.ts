import { defineCase, type Finding, fails, passes, undecided } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import { control, grantedNumbers, limitsOf, reachesNothing, reportOf } from './judging.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

/** Pods of the act: who waited for a device, and who was given one beside it. */
const FIRST = 'one-more';
const SECOND = 'shared';

/** S5: two pods with one accelerator each on one node have different ones, and neither reaches the other's. */
export const betweenTwoPods = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/between-two-pods',
  title: 'Two pods on one node have different accelerators, and one does not reach that of the other',
  kind: 'required',
  bar: 'official',
  plan: (facts) => instancesOf(facts, 2),

  shares: ISOLATION,

  judge(timeline, target) {
    const first = reportOf(timeline, FIRST);
    const second = reportOf(timeline, SECOND);
    const granted = first === undefined ? new Set<never>() : grantedNumbers(first.report, target);
    const own = second === undefined ? new Set<never>() : grantedNumbers(second.report, target);
    return [
      control(timeline, target, FIRST),
      control(timeline, target, SECOND),
      disjoint(),
      reachesNothing(
        timeline,
        target,
        {
          pod: SECOND,
          claim: 'a pod does not reach the accelerator of its neighbour',
          remedy: 'Let the device cgroup allow a container its own device numbers alone.',
          own,
        },
        granted,
      ),
      ...limitsOf(target),
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
