import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LoneApiServer } from '../../../test/lone-api-server.ts';
import type { Cluster } from '../cluster.ts';
import { connect } from '../connect.ts';
import type { KubeObject } from '../object.ts';
import type { RequestRecord } from './observer.ts';

/**
 * A real API server that is killed and started again, behind the rig's relay: like a load balancer it takes connections whether
 * or not anybody is behind it, so an outage shows as a reset during the TLS handshake and not as a refused connection.
 */
let api: LoneApiServer;
let cluster: Cluster;
const records: RequestRecord[] = [];

beforeAll(async () => {
  api = await LoneApiServer.start();
  const kubeconfig = await api.kubeconfigFor('admin', ['system:masters']);
  cluster = await connect({ kubeconfig, onRequest: (record) => records.push(record) });
  // What the API server serves is known before: a write asks for it first.
  await cluster.resources();
});

afterEach(async () => {
  await api.killApi();
  await api.startApi();
});

afterAll(async () => {
  await cluster?.close();
  await api?.[Symbol.asyncDispose]();
});

const configMap = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});
const failures = (method: string): RequestRecord[] =>
  records.filter((record) => record.method === method && record.error === 'unreachable');

describe('an outage of the API server', () => {
  it('is waited out by reads, and by a write that was never sent', { timeout: 90_000 }, async () => {
    await api.killApi();
    // Connections kept open are found dead by this request; a write on one of them could not be told from one done.
    const read = cluster.version();
    await expect.poll(() => failures('GET').length).toBeGreaterThan(0);
    const write = cluster.create(configMap('patient'));
    await expect.poll(() => failures('POST').length).toBeGreaterThan(1);
    await api.startApi();
    expect((await read).minor).toBe(37);
    expect((await write).metadata.name).toBe('patient');
    // Sent once: the tries before it reached nobody.
    const posts = records.filter(({ method }) => method === 'POST');
    expect(posts.filter(({ status }) => status !== undefined).map(({ status }) => status)).toEqual([201]);
  });

  it('is told at once by a client that waits for nothing, and after its time by one that waits', {
    timeout: 90_000,
  }, async () => {
    const kubeconfig = `${api.directory}/admin.kubeconfig`;
    const impatient = await connect({ kubeconfig, outageMs: 0 });
    const tries: RequestRecord[] = [];
    const brief = await connect({ kubeconfig, outageMs: 1_000, onRequest: (record) => tries.push(record) });
    await Promise.all([impatient.resources(), brief.resources()]);
    await api.killApi();
    tries.length = 0;
    await expect(impatient.create(configMap('hasty'))).rejects.toMatchObject({ code: 'unreachable' });
    await expect(brief.version()).rejects.toMatchObject({ code: 'unreachable', maybeDone: false });
    expect(tries.filter(({ error }) => error === 'unreachable').length).toBeGreaterThan(2);
    await Promise.all([impatient.close(), brief.close()]);
  });
});
