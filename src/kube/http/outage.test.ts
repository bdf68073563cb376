import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Breaking, BreakingRelay } from '../../../test/breaking-relay.ts';
import { type Saw, saw, TlsRig } from '../../../test/tls-rig.ts';
import type { Cluster } from '../cluster.ts';
import type { ConnectOptions } from '../connect-options.ts';
import type { RequestRecord } from './observer.ts';

/** An outage as seen through a relay or load balancer that takes connections and has nobody to give them to. */
let rig: TlsRig;
let relay: BreakingRelay;
let server: string;
let seen: Saw[];
let records: RequestRecord[];

beforeEach(async () => {
  rig = await TlsRig.make();
  seen = [];
  records = [];
  relay = new BreakingRelay(await rig.secureServer(undefined, (one) => seen.push(one)));
  server = `https://127.0.0.1:${await rig.listen(relay.server)}`;
});

afterEach(async () => {
  relay.break('reset');
  await rig[Symbol.asyncDispose]();
});

const reach = async (options: ConnectOptions = {}): Promise<Cluster> =>
  await rig.cluster({ server, ...rig.trust }, {}, { onRequest: (record) => records.push(record), ...options });
const write = async (cluster: Cluster): Promise<unknown> =>
  (await cluster.request({ method: 'POST', path: '/write', body: {}, timeoutMs: 15_000 })).body;

describe('an outage behind a relay that breaks connections off', () => {
  for (const how of ['reset', 'reset-hello', 'end-hello'] satisfies Breaking[]) {
    it(`is waited out by reads and by writes, since nothing was sent: ${how}`, async () => {
      const cluster = await reach();
      await saw(cluster);
      relay.break(how);
      // The read finds the connection that was kept open dead; a write on it could not be told from one done.
      const read = saw(cluster, '/read');
      await expect.poll(() => relay.broken).toBeGreaterThan(0);
      const both = Promise.all([write(cluster), read]);
      await expect.poll(() => relay.broken, { timeout: 5_000 }).toBeGreaterThan(3);
      expect(seen.map(({ path }) => path)).toEqual(['/x']);
      relay.break(undefined);
      expect(await both).toMatchObject([{ method: 'POST' }, { method: 'GET' }]);
      // Each arrived once, however often it was tried.
      expect(seen.map(({ path }) => path).toSorted()).toEqual(['/read', '/write', '/x']);
      const failed = records.filter(({ error }) => error !== undefined);
      expect(new Set(failed.map(({ error }) => error))).toEqual(new Set(['unreachable']));
      expect(failed.length).toBeGreaterThanOrEqual(relay.broken);
    });
  }

  it('lasts no longer than its budget, and is told with what to look at', async () => {
    const cluster = await reach({ outageMs: 300 });
    await saw(cluster);
    relay.break('reset-hello');
    await expect(saw(cluster)).rejects.toMatchObject({ code: 'unreachable' });
    await expect(write(cluster)).rejects.toMatchObject({
      code: 'unreachable',
      maybeDone: false,
      message: `cannot reach ${server}: the connection was taken and dropped before TLS was up`,
      remedy: 'check that the API server runs behind the load balancer, relay or proxy that listens there',
    });
    expect(relay.broken).toBeGreaterThan(1);
  });

  it('is told at once when the API server was never reached', async () => {
    relay.break('end-hello');
    await expect(write(await reach())).rejects.toMatchObject({ code: 'unreachable', maybeDone: false });
    expect(relay.broken).toBe(1);
  });

  it('never sends a write again that was on its way when the connection broke', async () => {
    const silent = new BreakingRelay(
      await rig.listen(
        // Takes the request and never answers.
        createServer((request) => {
          if (request.method === 'POST') silent.break('reset');
          else request.socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
        }),
      ),
    );
    const cluster = await rig.cluster({ server: `http://127.0.0.1:${await rig.listen(silent.server)}` });
    await cluster.request({ path: '/x' });
    await expect(write(cluster)).rejects.toMatchObject({ code: 'unreachable', maybeDone: true });
    expect(silent.broken).toBe(0);
  });
});
