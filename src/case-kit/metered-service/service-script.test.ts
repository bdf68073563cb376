import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LATENCY_BOUNDS, METRICS } from './metric-names.ts';
import { DIRECTORY, PATHS, PORT, serviceScript } from './service-script.ts';

const BUSYBOX = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));
let base: string;
let directory: string;
let server: ChildProcess;

/** The script as it runs in a pod, in a folder and on a port of its own. */
beforeAll(async () => {
  if (BUSYBOX === undefined) return;
  directory = mkdtempSync(join(tmpdir(), 'plimsoll-metered-'));
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  const script = serviceScript('test-1', 3)
    .replaceAll(DIRECTORY, directory)
    .replace(`-p ${PORT} `, `-p 127.0.0.1:${port} `);
  server = spawn(BUSYBOX, ['sh', '-c', script], { stdio: 'ignore', detached: true });
  for (let tries = 0; tries < 100; tries++) {
    const up = await fetch(base + PATHS.health).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return;
    await delay(50);
  }
  throw new Error('the service did not come up');
});

afterAll(() => {
  // The group: in a pod, the end of the shell is the end of its children; here it is not.
  if (server?.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as { port: number };
  await new Promise((resolve) => listening.close(resolve));
  return port;
}

async function ask(path: string, body?: unknown): Promise<{ status: number; text: string; type: string | null }> {
  const answer = await fetch(base + path, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
}

/** `name{le}` -> value, as the lines stand. */
async function metrics(): Promise<Record<string, string>> {
  const { text } = await ask(PATHS.metrics);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

describe.skipIf(BUSYBOX === undefined)('the metered service', () => {
  it('begins with every series at nothing, and the gauge as told', async () => {
    const { status, text, type } = await ask(PATHS.metrics);
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toMatch(new RegExp(`^# HELP ${METRICS.requests} .+\n# TYPE ${METRICS.requests} counter\n`));
    expect(await metrics()).toMatchObject({
      [`${METRICS.requests}{run="test-1"}`]: '0',
      [`${METRICS.latency}_bucket{run="test-1",le="+Inf"}`]: '0',
      [`${METRICS.latency}_sum{run="test-1"}`]: '0.00',
      [`${METRICS.queueDepth}{run="test-1"}`]: '3',
    });
  });

  it('answers a completion with its usage', async () => {
    const { status, text, type } = await ask(PATHS.completions, { model: 'm', prompt: 'a b c', max_tokens: 7 });
    expect([status, type]).toEqual([200, 'application/json']);
    expect(JSON.parse(text)).toMatchObject({
      object: 'text_completion',
      usage: { prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 },
    });
  });

  it('counts requests that come together exactly, and sorts them into buckets', async () => {
    const all = Array.from({ length: 60 }, (_, index) =>
      ask(PATHS.completions, { prompt: 'a b', max_tokens: 1 + (index % 30) }),
    );
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(Array(60).fill(200));
    const after = await metrics();
    const of = (name: string): number => Number(after[`${name}{run="test-1"}`]);
    expect(of(METRICS.requests)).toBe(61);
    expect(of(`${METRICS.latency}_count`)).toBe(61);
    expect(of(METRICS.promptTokens)).toBe(3 + 60 * 2);
    expect(of(METRICS.generatedTokens)).toBe(7 + 2 * (31 * 15));
    const buckets = [...LATENCY_BOUNDS, '+Inf'].map((le) =>
      Number(after[`${METRICS.latency}_bucket{run="test-1",le="${le}"}`]),
    );
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets.at(-1)).toBe(61);
    // A token takes 10 ms: the tokens alone took so long.
    expect(of(`${METRICS.latency}_sum`)).toBeGreaterThanOrEqual((7 + 2 * (31 * 15)) / 100);
  });

  it('says that it ends each connection, as it does: nobody sends a second request into it', async () => {
    const answer = await new Promise<{ connection: string | undefined }>((resolve, reject) => {
      get(base + PATHS.metrics, { agent: new Agent({ keepAlive: true }) }, ({ headers }) =>
        resolve({ connection: headers.connection }),
      ).on('error', reject);
    });
    expect(answer.connection).toBe('close');
  });

  it('sets its gauge, refuses what is no number, and can stop serving metrics', async () => {
    expect((await ask(`${PATHS.set}?queue_depth=200`)).text).toBe('{"queue_depth":200,"metrics":"on"}\n');
    expect((await metrics())[`${METRICS.queueDepth}{run="test-1"}`]).toBe('200');
    for (const wrong of ['queue_depth=', 'queue_depth=1x', 'depth=1'])
      expect((await ask(`${PATHS.set}?${wrong}`)).status, wrong).toBe(400);
    expect((await ask(`${PATHS.set}?metrics=off`)).text).toContain('"metrics":"off"');
    expect((await ask(PATHS.metrics)).status).toBe(404);
    await ask(`${PATHS.set}?metrics=on&queue_depth=5`);
    expect((await metrics())[`${METRICS.queueDepth}{run="test-1"}`]).toBe('5');
  });
});

describe('serviceScript', () => {
  it('takes no name that would end a label or a quote', () => {
    expect(() => serviceScript('a"b', 0)).toThrow('does not fit');
  });
});
