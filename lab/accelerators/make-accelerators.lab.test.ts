import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addLoop, backingFile, bindLoop, boundLoops, freeLoop, loopExists } from './loop-device.ts';
import { makeAccelerators, releaseAccelerators } from './make-accelerators.ts';
import { readRecord, writeRecord } from './record.ts';

const SMALL = { model: 'Plimsoll-A1', memoryBytes: 16 * 1024 ** 2 };

describe('accelerators on the kernel of this machine', () => {
  let lab: string;
  let folder: string;

  beforeEach(() => {
    lab = mkdtempSync(join(tmpdir(), 'plimsoll-accelerators-'));
    folder = join(lab, 'nodes/n1/accelerators');
  });

  afterEach(async () => {
    await releaseAccelerators(lab);
    rmSync(lab, { recursive: true });
  });

  it('are block devices of their own whose memory is what was written', async () => {
    const [first, second] = await makeAccelerators(folder, 'n1', 2, SMALL);
    if (!first || !second) throw new Error('two were asked for');
    expect(first.minor).not.toBe(second.minor);
    expect(first.uuid).not.toBe(second.uuid);
    expect(readFileSync(`/sys/block/loop${first.loop}/size`, 'utf8').trim()).toBe(String(SMALL.memoryBytes / 512));
    execFileSync('dd', [
      'if=/dev/zero',
      `of=/dev/loop${first.loop}`,
      'bs=1M',
      'count=4',
      'oflag=direct',
      'status=none',
    ]);
    expect(statSync(first.file).blocks * 512).toBe(4 * 1024 ** 2);
    expect(statSync(second.file).blocks).toBe(0);
    expect(readRecord(folder)?.accelerators).toEqual([first, second]);
  });

  it('stay what they were when made again, and follow a changed count', async () => {
    const before = await makeAccelerators(folder, 'n1', 2, SMALL);
    expect(await makeAccelerators(folder, 'n1', 2, SMALL)).toEqual(before);
    const more = await makeAccelerators(folder, 'n1', 3, SMALL);
    expect(more.slice(0, 2)).toEqual(before);
    const less = await makeAccelerators(folder, 'n1', 1, SMALL);
    expect(less).toEqual(before.slice(0, 1));
    for (const gone of more.slice(1)) {
      expect(loopExists(gone.loop)).toBe(false);
      expect(existsSync(gone.file)).toBe(false);
    }
  });

  it('keep uuid and content when the devices were lost in a reboot', async () => {
    const [before] = await makeAccelerators(folder, 'n1', 1, SMALL);
    if (!before) throw new Error('one was asked for');
    execFileSync('dd', [`of=/dev/loop${before.loop}`, 'bs=1M', 'oflag=direct', 'status=none'], {
      input: Buffer.alloc(1024 ** 2, 'x'),
    });
    await freeLoop(before.loop);
    const [after] = await makeAccelerators(folder, 'n1', 1, SMALL);
    expect(after?.uuid).toBe(before.uuid);
    expect(readFileSync(`/dev/loop${after?.loop}`).subarray(0, 3).toString()).toBe('xxx');
  });

  it('are all released, whatever was cut off before, and nobody else is touched', async () => {
    const stranger = join(tmpdir(), `plimsoll-stranger-${process.pid}.img`);
    writeFileSync(stranger, '');
    truncateSync(stranger, 1024 ** 2);
    const strange = 1900;
    expect(await addLoop(strange)).toBe(true);
    await bindLoop(strange, stranger);
    try {
      const made = await makeAccelerators(folder, 'n1', 2, SMALL);
      // As a kill leaves it: a number that was claimed but not bound, one that was only written down, one taken by others.
      expect(await addLoop(1901)).toBe(true);
      const [like] = made;
      if (!like) throw new Error('two were asked for');
      const cut = [1901, 1902, strange].map((loop, at) => ({ ...like, index: 2 + at, loop, file: `${folder}/x.img` }));
      writeRecord(folder, { version: 1, node: 'n1', driverVersion: '6.1.0', accelerators: [...made, ...cut] });
      await releaseAccelerators(lab);
      expect([...boundLoops().values()].filter((file) => file.startsWith(lab))).toEqual([]);
      for (const { loop } of made) expect(loopExists(loop)).toBe(false);
      expect(loopExists(1901)).toBe(false);
      expect(backingFile(strange)).toBe(stranger);
      await releaseAccelerators(lab);
    } finally {
      await freeLoop(strange);
      rmSync(stranger);
    }
  });

  it('are released by their files alone, without a readable record and after the files were deleted', async () => {
    const made = await makeAccelerators(folder, 'n1', 2, SMALL);
    writeFileSync(join(folder, 'accelerators.json'), '{"version":');
    rmSync(made[0]?.file ?? '');
    await releaseAccelerators(lab);
    for (const { loop } of made) expect(loopExists(loop)).toBe(false);
  });

  it('wait for the last one who has the device open, and say who when he does not let go', async () => {
    const [made] = await makeAccelerators(folder, 'n1', 1, SMALL);
    if (!made) throw new Error('one was asked for');
    const open = execFileSync('sh', ['-c', `sleep 0.7 </dev/loop${made.loop} >/dev/null 2>&1 & echo $!`]);
    expect(Number(open)).toBeGreaterThan(1);
    await expect(freeLoop(made.loop, 100)).rejects.toThrow(`/dev/loop${made.loop}`);
    await releaseAccelerators(lab);
    expect(loopExists(made.loop)).toBe(false);
  });

  it('refuse to promise more memory than the disk has', async () => {
    mkdirSync(folder, { recursive: true });
    const huge = { model: 'Plimsoll-A1', memoryBytes: 2 ** 50 };
    await expect(makeAccelerators(folder, 'n1', 1, huge)).rejects.toMatchObject({ code: 'accelerator-room' });
    expect(readRecord(folder)).toBeUndefined();
  });
});
