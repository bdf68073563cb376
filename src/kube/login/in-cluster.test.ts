import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inClusterLogin } from './in-cluster.ts';

let mount: string;
beforeEach(() => {
  mount = mkdtempSync(join(tmpdir(), 'plimsoll-pod-'));
});
afterEach(() => rmSync(mount, { recursive: true }));

const env = { KUBERNETES_SERVICE_HOST: '198.19.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('inClusterLogin', () => {
  it('uses the mounted service account', async () => {
    writeFileSync(join(mount, 'token'), 't');
    writeFileSync(join(mount, 'namespace'), 'team\n');
    expect(await inClusterLogin(env, mount)).toMatchObject({
      server: 'https://198.19.0.1:443',
      namespace: 'team',
      tokenFile: join(mount, 'token'),
      ca: { file: join(mount, 'ca.crt') },
    });
    const v6 = await inClusterLogin({ ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, mount);
    expect(v6?.server).toBe('https://[fd00::1]:443');
  });

  it('is nothing outside a pod, or without a token', async () => {
    expect(await inClusterLogin({}, mount)).toBeUndefined();
    expect(await inClusterLogin(env, mount)).toBeUndefined();
  });
});
