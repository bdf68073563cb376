import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { reportedInit, SetUpError } from './reported-init.ts';

describe('reportedInit', () => {
  it('is the process that said up', async () => {
    const events = new PassThrough();
    events.write(`init ${process.pid}\nup\n`);
    expect((await reportedInit(events, 5000)).pid).toBe(process.pid);
  });

  it('gives up at its deadline when nothing is said, or only half of it', async () => {
    await expect(reportedInit(new PassThrough(), 50)).rejects.toThrow('it did not start within 0.05 s');
    const half = new PassThrough();
    half.write(`init ${process.pid}\n`);
    await expect(reportedInit(half, 50)).rejects.toThrow('its set-up did not end within 0.05 s');
  });

  it('gives up at once when the box closes', async () => {
    const events = new PassThrough();
    events.end(`init ${process.pid}\n`);
    await expect(reportedInit(events, 60_000)).rejects.toThrow(SetUpError);
  });
});
