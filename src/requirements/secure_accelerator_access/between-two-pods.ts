import { defineCase, type Finding, fails, passes, remark, undecided } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import {
  control,
  grantedNumbers,
  heldNumbers,
  limitsOf,
  NAME_THEM,
  ownNumbers,
  reachesNothing,
  reportOf,
  sharedNumbers,
} from './judging.ts';
import type { DeviceNumber } from './probe.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

/** Pods of the act: who waited for a device, and who was given one beside it. */
const FIRST = 'one-more';
const SECOND = 'shared';

const SHARES_UNTOLD =
  'Let the device plugin advertise how devices are shared (NVIDIA: the labels of gpu-feature-discovery, nvidia.com/gpu.replicas).';

/** Two pods with one accelerator each on one node have different ones, and neither reaches the other's. */
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
    const grantedTo = (read: typeof first): ReadonlySet<DeviceNumber> =>
      read === undefined ? new Set() : grantedNumbers(read.report, target);
    const granted = grantedTo(first);
    const own = grantedTo(second);
    const exclusive = (read: typeof first): ReadonlySet<DeviceNumber> =>
      read === undefined ? new Set() : ownNumbers(read.report, target);
    const accelerators = new Set([...granted, ...heldNumbers(timeline, target)]);
    const shared = second === undefined ? [] : sharedNumbers(second.report, target, accelerators);
    return [
      control(timeline, target, FIRST),
      control(timeline, target, SECOND),
      disjoint(),
      neighbour(),
      ...limitsOf(target),
    ];

    function neighbour(): Finding {
      const claim = 'a pod does not reach the accelerator of its neighbour';
      const sharing = target.unit === 'share' || target.unit === 'core';
      // What both hold is theirs; of other devices there is nothing to try.
      if (sharing && granted.size > 0 && granted.size === own.size && [...granted].every((number) => own.has(number)))
        return remark(claim, 'both were given a part of the same device: how these are kept apart was not shown', []);
      return reachesNothing(
        timeline,
        target,
        {
          pod: SECOND,
          claim,
          remedy: 'Let the device cgroup allow a container its own device numbers alone.',
          own: new Set([...own, ...shared]),
        },
        granted,
      );
    }

    function disjoint(): Finding {
      const claim = 'two pods on one node were given different accelerators';
      const [ofFirst, ofSecond] = [exclusive(first), exclusive(second)];
      if (first === undefined || second === undefined || ofFirst.size === 0 || ofSecond.size === 0)
        return undecided('environment', claim, 'not both pods reported their device', []);
      const both = [...ofSecond].filter((number) => ofFirst.has(number));
      const evidence = [first.seq, second.seq];
      if (both.length === 0)
        return passes(claim, `${[...ofFirst].join(', ')} and ${[...ofSecond].join(', ')}`, evidence);
      if (target.patterns === undefined) {
        const message = `both have ${both.join(', ')}: no table knows whether that is an accelerator or a node that all of them share`;
        return undecided('unknown-accelerator', claim, message, evidence, NAME_THEM);
      }
      if (target.unit !== undefined && target.unit !== 'partition') return sharers(both, evidence);
      return fails(
        claim,
        `both hold ${both.join(', ')}`,
        evidence,
        'A device that is not shared must be allocated once.',
      );
    }

    /** Shares of one device: as many may hold it as it is shared by. How they are kept apart is not shown by any of this. */
    function sharers(both: readonly DeviceNumber[], evidence: readonly number[]): Finding {
      const { usable, physical, unit } = target;
      const claim = `no device has more holders than it has ${unit}s`;
      const each = physical === undefined || physical < 1 ? undefined : usable / physical;
      if (each === undefined || each < 2) {
        const message = `both hold ${both.join(', ')}, and into how many ${unit}s a device is divided is not known`;
        return undecided('environment', claim, message, evidence, SHARES_UNTOLD);
      }
      return passes(claim, `both hold ${both.join(', ')}, of which there are ${each} ${unit}s each`, evidence);
    }
  },
});
