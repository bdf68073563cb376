import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { betweenTwoPods } from './between-two-pods.ts';
import { noRequestNoAccess } from './no-request-no-access.ts';
import { onlyWhatWasGranted } from './only-what-was-granted.ts';
import type { AcceleratorTarget } from './targets.ts';
import { logs } from './testing/judged-logs.ts';
import { plannedOn } from './testing/planned.ts';

/**
 * Platforms on which one unit of a resource is not one device: a share of it (time slicing), a partition (MIG), a core (Neuron). The
 * nodes say so in labels. Each is set up as its vendor means it, so none of these cases may fail.
 */
const said = (...lines: string[]): string =>
  ['major c 195 nvidia', 'major c 237 nvidia-caps', 'major c 245 neuron', ...lines, 'end'].join('\n');
const gpu = (n: number): string[] => [`dev /dev/nvidia${n} c 195:${n} ok`, 'dev /dev/nvidiactl c 195:255 ok'];

describe('time slicing: 8 shares of 2 devices, under the name of whole ones', () => {
  const node = {
    allocatable: { 'nvidia.com/gpu': '8' },
    labels: {
      'nvidia.com/gpu.count': '2',
      'nvidia.com/gpu.replicas': '4',
      'nvidia.com/gpu.product': 'NVIDIA-A10-SHARED',
      'nvidia.com/gpu.sharing-strategy': 'time-slicing',
    },
  };

  /** Eight pods with a share each, four of each device. */
  const held = Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [at === 0 ? 'holder' : `holder-${at + 1}`, said(...gpu(at % 2))]),
  );

  it('each is held by a pod of its own, and that those are fewer devices is not too few', () => {
    expect(onOne().holders).toBe(8);
    const script = logs({ 'one-more': said(...gpu(0)), ...held }, onOne());
    expect(resultOf(onlyWhatWasGranted, script.completed())).toBe('pass');
  });

  it('one holder that did not report, or that sees two devices, is found among the others', () => {
    const silent = logs({ 'one-more': said(...gpu(0)), ...held, 'holder-5': '' }, onOne());
    expect(resultOf(onlyWhatWasGranted, silent.completed())).toMatch(/^inconclusive .*holder-5 did not report/);
    const two = logs({ 'one-more': said(...gpu(0)), ...held, 'holder-5': said(...gpu(0), ...gpu(1)) }, onOne());
    expect(resultOf(onlyWhatWasGranted, two.completed())).toMatch(/^fail: .*asked for 1 and sees 2/);
  });

  it('pods without a request are tried on the devices of every holder', () => {
    const denied = (n: number): string => `try c 195:${n} mknod=ok open=Operation not permitted`;
    const outside = (...lines: string[]): string =>
      resultOf(noRequestNoAccess, logs({ ...held, outsider: said(...lines) }, onOne()).completed());
    expect(outside(denied(0), denied(1))).toBe('pass');
    expect(outside(denied(0))).toMatch(/^inconclusive \(environment\): .*c 195:1 was not tried/);
    expect(outside(denied(0), 'try c 195:1 mknod=ok open=ok')).toMatch(/^fail/);
  });

  it('a plan of before, in which one pod held all of them, is judged as it was made', () => {
    const { holders: _, ...before } = onOne();
    const script = logs({ 'one-more': said(...gpu(0)), holder: said(...gpu(0), ...gpu(1)) }, before);
    expect(resultOf(onlyWhatWasGranted, script.completed())).toBe('pass');
  });

  it('two pods with a share of the same device do not reach what was not granted', () => {
    const script = logs({ ...held, 'one-more': said(...gpu(0)), shared: said(...gpu(0)) }, onOne());
    expect(resultOf(betweenTwoPods, script.completed())).toBe('pass');
  });

  it('but the other device is out of reach for both', () => {
    const second = said(...gpu(0), 'try c 195:1 mknod=ok open=ok');
    const script = logs({ ...held, 'one-more': said(...gpu(1)), shared: second }, onOne());
    expect(resultOf(betweenTwoPods, script.completed())).toMatch(/^fail: .*made a node for c 195:1 and opened it/);
  });

  it('a sharer that sees a further device does not pass as one', () => {
    const both = said(...gpu(0), ...gpu(1));
    const script = logs({ ...held, 'one-more': said(...gpu(0)), shared: both }, onOne());
    expect(resultOf(betweenTwoPods, script.completed())).not.toBe('pass');
  });

  it('nothing is known of sharers where nobody says how often a device is shared', () => {
    const untold = { ...onOne(), physical: 8 };
    const script = logs(
      { holder: said(...gpu(0), ...gpu(1)), 'one-more': said(...gpu(0)), shared: said(...gpu(0)) },
      untold,
    );
    expect(resultOf(betweenTwoPods, script.completed())).toMatch(/^inconclusive/);
  });

  it('a third device that only the second pod sees is found', () => {
    const both = said(...gpu(0), ...gpu(1));
    const script = logs({ ...held, 'one-more': said(...gpu(0)), shared: both }, onOne());
    expect(resultOf(onlyWhatWasGranted, script.completed())).toMatch(/^fail: .*asked for 1 and sees 2/);
  });

  it('a share of one device that shows two is a fail all the same', () => {
    const both = said(...gpu(0), ...gpu(1));
    expect(resultOf(onlyWhatWasGranted, logs({ ...held, 'one-more': both }, onOne()).completed())).toMatch(
      /^fail: .*asked for 1 and sees 2/,
    );
  });

  function onOne() {
    return plannedOn(onlyWhatWasGranted, node);
  }
});

describe('MIG instances under the name of whole devices (strategy single)', () => {
  /** Nodes of partition N: those of its two capabilities, and that of the device that it is a part of. */
  const partition = (n: number, gpuOf = 0): string[] => [
    ...gpu(gpuOf),
    ...[2 * n + 1, 2 * n + 2].map((cap) => `dev /dev/nvidia-caps/nvidia-cap${cap} c 237:${cap} ok`),
  ];
  const denied = (...numbers: string[]): string[] =>
    numbers.map((number) => `try c ${number} mknod=ok open=Operation not permitted`);
  const planned = (product: string): AcceleratorTarget =>
    plannedOn(onlyWhatWasGranted, {
      allocatable: { 'nvidia.com/gpu': '2' },
      labels: { 'nvidia.com/gpu.count': '1', 'nvidia.com/gpu.product': product, 'nvidia.com/mig.strategy': 'single' },
    });
  const target = planned('NVIDIA-H100-80GB-HBM3-MIG-3g.40gb');
  const all = said(...partition(1), ...partition(2).slice(2));

  it('are known by the nodes of their capabilities: one granted, one seen', () => {
    const granted = (one: string): string =>
      resultOf(onlyWhatWasGranted, logs({ 'one-more': one, holder: all }, target).completed());
    expect(granted(said(...partition(1)))).toBe('pass');
    expect(granted(all)).toMatch(/^fail: .*asked for 1 and sees 2/);
    expect(granted(said(...gpu(0)))).toMatch(/^inconclusive/);
  });

  it('are two different ones in two pods, which have the device in common and nothing else', () => {
    const between = (first: string, second: string): string =>
      resultOf(betweenTwoPods, logs({ holder: all, 'one-more': first, shared: second }, target).completed());
    const [first, second] = [said(...partition(1)), partition(2)];
    expect(between(first, said(...second, ...denied('237:3', '237:4')))).toBe('pass');
    expect(between(first, said(...partition(1)))).toMatch(/^fail: .*both hold c 237:3, c 237:4/);
    const through = said(...second, ...denied('237:3'), 'try c 237:4 mknod=ok open=ok');
    expect(between(first, through)).toMatch(/^fail: .*made a node for c 237:4 and opened it/);
    expect(between(first, said(...second))).toMatch(/^inconclusive \(environment\): .*was not tried/);
  });

  it('are out of reach for a pod without a request, and so is the device that they are parts of', () => {
    const outside = (...lines: string[]): string =>
      resultOf(noRequestNoAccess, logs({ holder: all, outsider: said(...lines) }, target).completed());
    const caps = denied('237:3', '237:4', '237:5', '237:6');
    expect(outside(...caps, ...denied('195:0'))).toBe('pass');
    expect(outside(...caps)).toMatch(/^inconclusive \(environment\): .*c 195:0 was not tried/);
    expect(outside(...caps, 'try c 195:0 mknod=ok open=ok')).toMatch(/^fail: .*made a node for c 195:0/);
    expect(outside(...gpu(0), ...caps, ...denied('195:0'))).toMatch(/^fail: .*sees \/dev\/nvidia0/);
  });

  it('are not judged where several have a capability in common', () => {
    expect(() => planned('NVIDIA-H100-80GB-HBM3-MIG-1c.3g.40gb')).toThrow(/inconclusive.*handed out in partitions/);
  });
});

describe('Neuron cores, of which a device has two', () => {
  it('four cores are two devices', () => {
    const target = plannedOn(onlyWhatWasGranted, { allocatable: { 'aws.amazon.com/neuroncore': '4' } });
    const device = (n: number): string => `dev /dev/neuron${n} c 245:${n} ok`;
    const script = logs({ 'one-more': said(device(0)), holder: said(device(0), device(1)) }, target);
    expect(resultOf(onlyWhatWasGranted, script.completed())).not.toMatch(/^fail/);
  });
});
