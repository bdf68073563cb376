import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { betweenTwoPods } from './between-two-pods.ts';
import { onlyWhatWasGranted } from './only-what-was-granted.ts';
import { DENIED, logs } from './testing/judged-logs.ts';
import { plannedOn } from './testing/planned.ts';

/**
 * Platforms on which one unit of a resource is not one device: a share of it (time slicing), a partition (MIG), a core (Neuron). The
 * nodes say so in labels. Each is set up as its vendor means it, so none of these cases may fail; where a test is marked `fails`, the
 * judge still takes a unit for a device.
 */
const said = (...lines: string[]): string =>
  ['major c 195 nvidia', 'major c 237 nvidia-caps', 'major c 245 neuron', ...lines, 'end'].join('\n');
const gpu = (n: number): string[] => [`dev /dev/nvidia${n} c 195:${n} ok`, 'dev /dev/nvidiactl c 195:255 ok'];
const refused = (...numbers: string[]): string[] => numbers.map((one) => `try c ${one} mknod=ok open=${DENIED}`);

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

  it.fails('all shares are fewer devices, and that is not too few', () => {
    const script = logs({ 'one-more': said(...gpu(0)), holder: said(...gpu(0), ...gpu(1)) }, onOne());
    expect(resultOf(onlyWhatWasGranted, script.completed())).not.toMatch(/^fail/);
  });

  it.fails('two pods with a share of the same device do not reach what was not granted', () => {
    const script = logs(
      { holder: said(...gpu(0), ...gpu(1)), 'one-more': said(...gpu(0)), shared: said(...gpu(0)) },
      onOne(),
    );
    expect(resultOf(betweenTwoPods, script.completed())).not.toMatch(/^fail/);
  });

  it('a share of one device that shows two is a fail all the same', () => {
    const both = said(...gpu(0), ...gpu(1));
    expect(resultOf(onlyWhatWasGranted, logs({ 'one-more': both, holder: both }, onOne()).completed())).toMatch(
      /^fail: .*asked for 1 and sees 2/,
    );
  });

  function onOne() {
    return plannedOn(onlyWhatWasGranted, node);
  }
});

describe('MIG instances under the name of whole devices (strategy single)', () => {
  const target = plannedOn(onlyWhatWasGranted, {
    allocatable: { 'nvidia.com/gpu': '2' },
    labels: {
      'nvidia.com/gpu.count': '1',
      'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3-MIG-3g.40gb',
      'nvidia.com/mig.strategy': 'single',
    },
  });
  /** The parent's node and the capabilities of the GPU instance and of the compute instance in it. */
  const instance = (capability: number): string[] => [
    ...gpu(0),
    ...[capability, capability + 1].map((n) => `dev /dev/nvidia-caps/nvidia-cap${n} c 237:${n} ok`),
  ];

  it.fails('an instance is a device with its parent and two capabilities, not several devices', () => {
    const holder = said(...instance(12), ...instance(21));
    const script = logs({ 'one-more': said(...instance(12)), holder }, target);
    expect(resultOf(onlyWhatWasGranted, script.completed())).toBe('pass');
  });

  it.fails('two pods with an instance each of one device have only the parent in common', () => {
    const holder = said(...instance(12), ...instance(21));
    const second = said(...instance(21), ...refused('237:12', '237:13'));
    const script = logs({ holder, 'one-more': said(...instance(12)), shared: second }, target);
    expect(resultOf(betweenTwoPods, script.completed())).toBe('pass');
  });

  it('the other instance is reached: a fail', () => {
    const holder = said(...instance(12), ...instance(21));
    const second = said(...instance(12), ...instance(21));
    const script = logs({ holder, 'one-more': said(...instance(12)), shared: second }, target);
    expect(resultOf(betweenTwoPods, script.completed())).toMatch(/^fail/);
  });
});

describe('Neuron cores, of which a device has two', () => {
  it.fails('four cores are two devices', () => {
    const target = plannedOn(onlyWhatWasGranted, { allocatable: { 'aws.amazon.com/neuroncore': '4' } });
    const device = (n: number): string => `dev /dev/neuron${n} c 245:${n} ok`;
    const script = logs({ 'one-more': said(device(0)), holder: said(device(0), device(1)) }, target);
    expect(resultOf(onlyWhatWasGranted, script.completed())).not.toMatch(/^fail/);
  });
});
