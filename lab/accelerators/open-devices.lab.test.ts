import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeAccelerators, releaseAccelerators } from './make-accelerators.ts';
import { deviceKey, openBlockDevices } from './open-devices.ts';

it('finds who has a device open, under whatever name and number', async () => {
  const lab = mkdtempSync(join(tmpdir(), 'plimsoll-open-'));
  try {
    const [first, second] = await makeAccelerators(join(lab, 'accelerators'), 'n1', 2, {
      model: 'Plimsoll-A1',
      memoryBytes: 1024 ** 2,
    });
    if (!first || !second) throw new Error('two were asked for');
    const key = `${first.major}:${first.minor}`;
    expect(deviceKey(statSync(`/dev/loop${first.loop}`).rdev)).toBe(key);
    expect(openBlockDevices().has(key)).toBe(false);
    const other = join(lab, 'some-other-name');
    execFileSync('mknod', [other, 'b', String(first.major), String(first.minor)]);
    const holder = spawn('sh', ['-c', `exec 3<"${other}"; echo open; exec cat`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(openBlockDevices().has(key)).toBe(true);
    expect(openBlockDevices().has(`${second.major}:${second.minor}`)).toBe(false);
    holder.stdin.end();
    await once(holder, 'exit');
    expect(openBlockDevices().has(key)).toBe(false);
  } finally {
    await releaseAccelerators(lab);
    rmSync(lab, { recursive: true });
  }
});

it('reads numbers beyond eight bits', () => {
  // makedev(7, 7001) and makedev(259, 70000)
  expect(deviceKey(7 * 256 + (7001 % 256) + Math.floor(7001 / 256) * 1048576)).toBe('7:7001');
  expect(deviceKey((259 % 4096) * 256 + (70000 % 256) + Math.floor(70000 / 256) * 1048576)).toBe('259:70000');
});
