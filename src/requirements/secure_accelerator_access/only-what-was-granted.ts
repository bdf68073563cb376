import { defineCase, type Finding, fails, passes, undecided } from '../../case-kit/index.ts';
import { ISOLATION } from './isolation-act.ts';
import { control, limitsOf, reportOf } from './judging.ts';
import { countDevices, sortNodes } from './probe.ts';
import { type AcceleratorTarget, holdersOf, instancesOf } from './targets.ts';

/** S1: one asked for, one granted; all that are free asked for, as many granted; all of them can be opened. */
export const onlyWhatWasGranted = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/only-what-was-granted',
  title: 'A container gets exactly as many accelerators as it was granted, and can use them',
  kind: 'required',
  bar: 'official',
  plan: (facts) => instancesOf(facts, 1),

  shares: ISOLATION,

  judge(timeline, target) {
    const all = holdersOf(target).map(({ pod, count }): [string, number] => [pod, count]);
    const beside: [string, number][] = reportOf(timeline, 'shared') === undefined ? [] : [['shared', 1]];
    const asked: [string, number][] = target.free < 2 ? all : [['one-more', 1], ...beside, ...all];
    return [
      ...asked.flatMap(([pod, count]) => [control(timeline, target, pod), exactly(pod, count)]),
      ...limitsOf(target),
    ];

    function exactly(pod: string, count: number): Finding {
      const { unit } = target;
      const whole = unit === undefined || unit === 'partition';
      const claim = whole
        ? `a request for ${count} gives exactly ${count}`
        : `a request for ${count} ${unit}s gives no more devices than that, and no more than there are`;
      const read = reportOf(timeline, pod);
      if (read === undefined) return undecided('environment', claim, `the probe in pod ${pod} did not report`, []);
      if (target.patterns === undefined)
        return undecided('unknown-accelerator', claim, 'which device nodes are accelerators is not known', [read.seq]);
      const nodes = sortNodes(read.report, target.patterns).perDevice;
      const seen = countDevices(nodes, target.patterns);
      const paths = nodes.map((device) => device.path).join(', ') || 'none';
      // The control says what is to be done when there is none at all.
      if (seen === 0) return undecided('environment', claim, `asked for ${count} and sees none`, [read.seq]);
      const most = Math.min(count, target.physical ?? count);
      if (!whole && seen <= most) return passes(claim, `${pod}: ${paths}`, [read.seq]);
      if (seen === count && whole) return passes(claim, `${pod}: ${paths}`, [read.seq]);
      return fails(
        claim,
        `asked for ${count} and sees ${seen}: ${paths}`,
        [read.seq],
        'Let the device plugin or DRA driver hand out the granted device nodes alone.',
      );
    }
  },
});
