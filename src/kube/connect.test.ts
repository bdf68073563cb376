import { writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerWhatWasSeen, saw, TlsRig } from '../../test/tls-rig.ts';
import { TlsError, UnreachableError } from './error/api-error.ts';

/** How the connection is made: TLS names, authorities, client certificates. */
let rig: TlsRig;

beforeEach(async () => {
  rig = await TlsRig.make();
});

afterEach(async () => await rig[Symbol.asyncDispose]());

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('TLS', () => {
  it('trusts the kubeconfig’s authority, as data and as a file', async () => {
    const server = `https://127.0.0.1:${await rig.secureServer()}`;
    writeFileSync(join(rig.folder, 'ca.crt'), rig.authority.certificatePem);
    expect(await saw(await rig.cluster({ server, ...rig.trust }))).toMatchObject({ protocol: '1.1', path: '/x' });
    await saw(await rig.cluster({ server, 'certificate-authority': 'ca.crt' }));
  });

  it('refuses another authority and another name, and says how to go on', async () => {
    const port = await rig.secureServer();
    const server = `https://127.0.0.1:${port}`;
    const ca = base64(rig.stranger.certificatePem);
    await expect(saw(await rig.cluster({ server, 'certificate-authority-data': ca }))).rejects.toBeInstanceOf(TlsError);
    await expect(saw(await rig.cluster({ server }))).rejects.toMatchObject({ code: 'tls', exitCode: 4 });
    const wrongName = await rig.cluster({ server: `https://localhost:${port}`, ...rig.trust });
    await expect(saw(wrongName)).rejects.toThrow(/its certificate is for other names .*inner\.example/);
  });

  it('asks for tls-server-name, and trusts anything when told to', async () => {
    const port = await rig.secureServer();
    const named = await rig.cluster({
      server: `https://localhost:${port}`,
      'tls-server-name': 'inner.example',
      ...rig.trust,
    });
    expect((await saw(named)).servername).toBe('inner.example');
    const server = `https://localhost:${port}`;
    await saw(await rig.cluster({ server, 'insecure-skip-tls-verify': true, ...rig.trust }));
  });

  it('shows the client certificate, as data and as files', async () => {
    const server = `https://127.0.0.1:${await rig.secureServer()}`;
    writeFileSync(join(rig.folder, 'me.crt'), rig.client.certificatePem);
    writeFileSync(join(rig.folder, 'me.key'), rig.client.keyPem);
    const data = {
      'client-certificate-data': base64(rig.client.certificatePem),
      'client-key-data': base64(rig.client.keyPem),
    };
    const files = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
    for (const user of [data, files])
      expect((await saw(await rig.cluster({ server, ...rig.trust }, user))).client).toBe('me');
  });

  it('says when what answers does not speak TLS, or nobody does', async () => {
    const port = await rig.listen(createPlainServer(answerWhatWasSeen));
    const server = `https://127.0.0.1:${port}`;
    await expect(saw(await rig.cluster({ server, ...rig.trust }))).rejects.toThrow('does not speak TLS');
    const nobody = await rig.cluster({ server: 'https://127.0.0.1:1', ...rig.trust });
    await expect(saw(nobody)).rejects.toBeInstanceOf(UnreachableError);
    // Never reached: a wrong address is told at once and not waited out as an outage is.
    expect(nobody.stats).toMatchObject({ requests: 1, retries: 0 });
  });
});

describe('close', () => {
  it('ends what is under way', async () => {
    const port = await rig.listen(createPlainServer(() => {}));
    const made = await rig.cluster({ server: `http://127.0.0.1:${port}` });
    const request = made.request({ path: '/never' });
    setTimeout(() => void made.close(), 50);
    await expect(request).rejects.toMatchObject({ name: 'AbortError' });
    await expect(made.request({ path: '/after' })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
