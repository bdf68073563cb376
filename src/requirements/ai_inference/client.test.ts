import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientScript, readClient, showTally, tally } from './client.ts';

const BUSYBOX = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));
const run = promisify(execFile);

// The real client in the real shell against real servers, as in a pod.
describe.skipIf(BUSYBOX === undefined)('the client, in busybox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-client-'));
  const servers: ChildProcess[] = [];
  let ours = '';
  let foreign = '';
  let closed = '';

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async function serve(name: string, body: string): Promise<string> {
    mkdirSync(join(folder, name, 'v1'), { recursive: true });
    for (const file of ['index.html', 'v1/models']) writeFileSync(join(folder, name, file), body);
    const port = await freePort();
    const at = `127.0.0.1:${port}`;
    servers.push(spawn(BUSYBOX ?? '', ['httpd', '-f', '-p', at, '-h', join(folder, name)], { stdio: 'ignore' }));
    for (;;) {
      const answer = await fetch(`http://${at}/`).catch(() => undefined);
      if (answer?.ok === true) return `http://${at}`;
    }
  }

  async function report(script: ClientScript): Promise<ReturnType<typeof readClient>> {
    const links = join(folder, 'bin');
    if (!existsSync(links)) {
      mkdirSync(links);
      await run(BUSYBOX ?? '', ['--install', '-s', links]);
    }
    const env = { PATH: links, PLIMSOLL_RUN: 'r1' };
    const { stdout } = await run(join(links, 'sh'), ['-c', script.toString()], { env });
    return readClient(stdout);
  }

  beforeAll(async () => {
    ours = await serve('ours', 'plimsoll r1 a\n');
    foreign = await serve('foreign', 'plimsoll r0 a\n');
    closed = `http://127.0.0.1:${await freePort()}`;
  });
  afterAll(() => {
    for (const server of servers) server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells who answered, other statuses, and ends', async () => {
    const ask = { host: 'h', headers: { 'X-Y': "it's" } };
    const found = await report(
      new ClientScript()
        .control({ a: `${ours}/v1/models`, b: `${ours}/v1/models` })
        .reach([ours], 5)
        .ask({ ...ask, name: 'good', path: '/v1/models' }, 30)
        .ask({ ...ask, name: 'lost', path: '/nowhere' }, 3),
    );
    expect(found.complete).toBe(true);
    expect([...found.control]).toEqual([
      ['a', true],
      ['b', '200 a'],
    ]);
    expect(found.reached).toBe(ours);
    expect(tally(found.answers, 'good')).toEqual({ a: 30 });
    expect(tally(found.answers, 'lost')).toEqual({ 404: 3 });
  });

  it('does not take the answer of another run for one of its own', async () => {
    const found = await report(
      new ClientScript().reach([closed, foreign], 5).ask({ name: 'x', host: 'h', path: '/v1/models' }, 2),
    );
    expect(found.reached).toBe(foreign);
    expect(tally(found.answers, 'x')).toEqual({ '?': 2 });
  });

  it('settles when a window is as wanted, and says when none was', async () => {
    const ask = { host: 'h', path: '/v1/models' };
    const found = await report(
      new ClientScript()
        .reach([ours], 5)
        .settle({ ...ask, name: 'yes' }, 10, { a: { least: 8, most: 10 }, b: { least: 0, most: 2 } }, 5)
        .settle({ ...ask, name: 'no' }, 10, { a: { least: 0, most: 9 } }, 1),
    );
    expect(found.settlings).toMatchObject([
      { name: 'yes', settled: true, last: { a: 10, b: 0, other: 0 } },
      { name: 'no', settled: false, last: { a: 10, other: 0 } },
    ]);
  });

  it('says where nothing answers, and why', async () => {
    const found = await report(new ClientScript().reach([closed], 60, 0).ask({ name: 'x', host: 'h', path: '/' }, 1));
    expect(found).toMatchObject({ reached: undefined, answers: [], complete: true });
    expect(found.unreachable).toEqual([{ url: closed, words: 'Connection refused' }]);
  });
});

describe('showTally', () => {
  it('names what is no backend', () => {
    expect(showTally({ a: 3, '404': 5, '-': 1, '?': 2 })).toBe(
      '5 × status 404, 3 × a, 2 × an answer of somebody else, 1 × no answer',
    );
    expect(showTally({})).toBe('nothing');
  });
});
