import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Cluster } from '../cluster.ts';
import { connect } from '../connect.ts';
import { MOST_OF_A_PROGRAM, readWithin } from './answer-limit.ts';

const CHUNK = Buffer.alloc(2 ** 20, '# a very long page\n');

let server: Server;
let cluster: Cluster;
let sent = 0;
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-limit-'));

/** A page that never ends, and one just below the limit, behind what looks like the API server's proxy. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const most = request.url?.endsWith('/endless') ? Number.POSITIVE_INFINITY : MOST_OF_A_PROGRAM;
    response.writeHead(200, { 'content-type': 'text/plain' });
    let bytes = 0;
    const more = (): void => {
      while (!response.destroyed) {
        if (bytes + CHUNK.length > most) return void response.end();
        bytes += CHUNK.length;
        sent += CHUNK.length;
        if (!response.write(CHUNK)) return void response.once('drain', more);
      }
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, 'config');
  const cluster_ = { server: `http://127.0.0.1:${port}` };
  writeFileSync(
    kubeconfig,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: cluster_ }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: {} }],
    }),
  );
  cluster = await connect({ kubeconfig });
});
afterAll(async () => {
  await cluster?.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

const page = (path: string): Promise<unknown> => cluster.proxy({ namespace: 'a', pod: 'exporter', port: 9400, path });

describe('the answer of a program', () => {
  it('is given up once it is longer than the limit, with a code and a remedy, and is not read on', async () => {
    sent = 0;
    await expect(page('/endless')).rejects.toMatchObject({
      code: 'answer-too-large',
      status: undefined,
      message: expect.stringContaining('longer than 32 MiB'),
      remedy: expect.stringContaining('answer less'),
    });
    expect(sent).toBeLessThan(2 * MOST_OF_A_PROGRAM);
  });

  it('is read whole up to the limit', async () => {
    await expect(page('/whole')).resolves.toMatchObject({ status: 200, bytes: { length: MOST_OF_A_PROGRAM } });
  });
});

describe('readWithin', () => {
  async function* chunks(...sizes: readonly number[]): AsyncGenerator<Buffer> {
    for (const size of sizes) yield await Promise.resolve(Buffer.alloc(size));
  }

  it.each([
    [[10], { whole: Buffer.alloc(10) }],
    [[4, 6], { whole: Buffer.alloc(10) }],
    [[], { whole: Buffer.alloc(0) }],
    [[4, 6, 1, 100], { tooLarge: 11 }],
  ])('%j', async (sizes, expected) => {
    expect(await readWithin(chunks(...sizes), 10, () => {})).toEqual(expected);
  });
});
