import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLeaf } from '../../../lab/pki/certificates.ts';
import { TlsRig } from '../../../test/tls-rig.ts';

let rig: TlsRig;

beforeEach(async () => {
  rig = await TlsRig.make();
});

afterEach(async () => await rig[Symbol.asyncDispose]());

describe('lanes', () => {
  it('reads over HTTP/1.1 and watches over HTTP/2', async () => {
    const server = `https://127.0.0.1:${await rig.secureServer()}`;
    expect(await rig.protocols({ server })).toEqual({ read: '1.1', foreign: '1.1', stream: '2.0' });
  });

  it('opens new connections for a new client certificate, and only then', async () => {
    const transport = await rig.transport({ server: 'https://127.0.0.1:1' });
    const first = { authorization: 'a', ca: undefined, certificate: rig.client.certificatePem, key: rig.client.keyPem };
    const pool = transport.lane('read', first);
    expect(transport.lane('read', { ...first, authorization: 'b' })).toBe(pool);
    const other = await createLeaf(rig.authority, { commonName: 'me', usages: ['client'] });
    const renewed = { ...first, certificate: other.certificatePem, key: other.keyPem };
    expect(transport.lane('read', renewed)).not.toBe(pool);
  });
});
