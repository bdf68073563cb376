import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { onlyWhatWasGranted } from './only-what-was-granted.ts';
import { ctl, gpu, log, logs, nvidia, unknown } from './testing/judged-logs.ts';

describe('only what was granted', () => {
  const judge = (one: string, two: string, target = nvidia): string =>
    resultOf(onlyWhatWasGranted, logs({ 'one-more': one, holder: two }, target).completed());

  it('passes when 1 gives 1 and 2 give 2', () => {
    expect(judge(log(gpu(0), ctl), log(gpu(0), gpu(1), ctl))).toBe('pass');
  });
  it('fails when one asked for gives all (M3)', () => {
    expect(judge(log(gpu(0), gpu(1), ctl), log(gpu(0), gpu(1)))).toMatch(/^fail: .*asked for 1 and sees 2/);
  });
  it('cannot know when the probe did not end, or the device could not be opened, or nothing is known of the vendor', () => {
    expect(judge(gpu(0), log(gpu(0), gpu(1)))).toMatch(
      /^inconclusive \(environment\): .*the probe in pod one-more did not report/,
    );
    expect(judge(log(gpu(0, 'No such device or address')), log(gpu(0), gpu(1)))).toMatch(
      /^inconclusive \(environment\): .*the control saw/,
    );
    expect(
      judge(log('dev /dev/npu0 c 240:0 ok'), log('dev /dev/npu0 c 240:0 ok', 'dev /dev/npu1 c 240:1 ok'), unknown),
    ).toMatch(/^inconclusive/);
  });
});
