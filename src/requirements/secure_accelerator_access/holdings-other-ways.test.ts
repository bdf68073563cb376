import { describe, expect, it } from 'vitest';
import { pod, unschedulableStatus } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { P } from './isolation-act.ts';
import { noMoreThanThereAre } from './no-more-than-there-are.ts';
import type { AcceleratorTarget, OtherWay } from './targets.ts';
import { gpu, log, logs, nvidia } from './testing/judged-logs.ts';

const byDra: OtherWay = {
  ask: { mode: 'dra', name: 'gpu.nvidia.com', deviceClass: 'gpu.nvidia.com', apiVersion: 'resource.k8s.io/v1' },
  ...(nvidia.patterns === undefined ? {} : { patterns: nvidia.patterns }),
};
const partition: OtherWay = {
  ask: { mode: 'device-plugin', name: 'nvidia.com/mig-1g.10gb' },
  unit: 'partition',
  patterns: {
    perDevice: ['/dev/nvidia-caps/.*'],
    nodesEach: 2,
    silicon: ['/dev/nvidia[0-9]+'],
    control: [],
    majors: [],
  },
};
const caps = ['dev /dev/nvidia-caps/nvidia-cap3 c 237:3 ok', 'dev /dev/nvidia-caps/nvidia-cap4 c 237:4 ok'];

/** What comes of it when the pod that asks in the other way sees that; `null`: it is never placed, undefined: it is not there at all. */
function judge(sees: string | null | undefined, way = byDra, holder = log(gpu(0), gpu(1))): string {
  const target: AcceleratorTarget = { ...nvidia, otherWays: [way] };
  const script = logs(typeof sees === 'string' ? { holder, 'other-way-1': sees } : { holder }, target);
  for (const name of ['one-more', 'too-many']) script.add(pod(name, { group: name }));
  if (sees === null)
    script.add(pod('other-way-1', { group: 'other-way-1', status: unschedulableStatus('0/1 nodes: Insufficient') }));
  script.begin(P.refused).wait(61_000).confirm().finish(P.held).wait(500);
  script.modify(pod('one-more', { group: 'one-more', node: 'n1' }));
  return resultOf(noMoreThanThereAre, script.wait(90_000).confirm().finish(P.released).completed());
}

describe('accelerators that a node offers in several ways', () => {
  it('pass when what is held is not given out in another way, or others are', () => {
    expect(judge(null)).toBe('pass');
    expect(judge(log(gpu(2)))).toBe('pass');
  });

  it('fail when a device plugin and a DRA driver hand the same device out to two pods', () => {
    expect(judge(log(gpu(1)))).toMatch(/^fail: .*gpu\.nvidia\.com \(dra\).*holder and other-way-1 both have c 195:1/);
  });

  it('fail when a device is held and a part of it is given out, and pass when it is a part of another one', () => {
    expect(judge(log(gpu(0), ...caps), partition)).toMatch(/^fail: .*both have c 195:0/);
    expect(judge(log(gpu(2), ...caps), partition)).toBe('pass');
  });

  it('are not known where the pod did not tell what it was given, or was not tried', () => {
    expect(judge('')).toMatch(/^inconclusive \(environment\): .*what it was given is not known/);
    expect(judge(log())).toMatch(/^inconclusive \(environment\): .*were given was not seen/);
    expect(judge(undefined)).toMatch(/^inconclusive \(interrupted\): .*other-way-1 was not tried/);
  });
});
