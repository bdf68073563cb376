import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isDenied, PROBE_ONCE, readProbe, tryList } from './probe.ts';

describe('readProbe', () => {
  it('reads what the probe prints', () => {
    const report = readProbe(
      [
        'major c 195 nvidia-frontend',
        'dev /dev/nvidia0 c 195:0 ok',
        'dev /dev/nvidia1 c 195:1 Operation not permitted',
        'env NVIDIA_VISIBLE_DEVICES=all',
        'try c 195:1 mknod=ok open=Operation not permitted',
        'try b 7:3 mknod=Operation not permitted open=-',
        'end',
      ].join('\n'),
    );
    expect(report).toEqual({
      devices: [
        { path: '/dev/nvidia0', number: 'c 195:0', open: 'ok' },
        { path: '/dev/nvidia1', number: 'c 195:1', open: 'Operation not permitted' },
      ],
      tries: [
        { number: 'c 195:1', mknod: 'ok', open: 'Operation not permitted' },
        { number: 'b 7:3', mknod: 'Operation not permitted', open: '-' },
      ],
      majors: new Map([['c 195', 'nvidia-frontend']]),
      env: ['NVIDIA_VISIBLE_DEVICES=all'],
      complete: true,
    });
  });

  it('is not complete when the log ends before the probe did', () => {
    expect(readProbe('dev /dev/x c 1:1 ok\n').complete).toBe(false);
  });

  it('tells a refusal from other failures', () => {
    const words = ['Operation not permitted', 'Permission denied', 'No such device or address', 'ok'];
    expect(words.map((one) => isDenied(one))).toEqual([true, true, false, false]);
    // A kernel of its own does not have the device.
    expect(words.map((one) => isDenied(one, true))).toEqual([true, true, true, false]);
  });

  it('writes numbers as the probe wants them', () => {
    expect(tryList(['b 7:12', 'c 195:0'])).toBe('b:7:12 c:195:0');
  });
});

describe('the probe script', () => {
  it('runs in a POSIX shell and reports to its end', async () => {
    // dash here, busybox in the lab: what it finds depends on the machine, that it gets to its end does not.
    const { stdout } = await promisify(execFile)('sh', ['-c', PROBE_ONCE.replace('find /dev', 'find /dev/null')], {
      env: { ...process.env, PLIMSOLL_TRY: '', TEST_VISIBLE_DEVICES: 'all' },
    });
    const report = readProbe(stdout);
    expect(report.complete).toBe(true);
    expect(report.majors.size).toBeGreaterThan(0);
    expect(report.env).toContain('TEST_VISIBLE_DEVICES=all');
  });
});
