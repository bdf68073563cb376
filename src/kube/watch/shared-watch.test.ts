import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ForbiddenError } from '../error/api-error.ts';
import { Sender } from '../http/sender.ts';
import { Tally } from '../http/tally.ts';
import { Transport } from '../http/transport.ts';
import { Credentials } from '../login/credentials.ts';
import type { Login } from '../login/login.ts';
import { SharedWatch, WATCH_LIMITS, type WatchLimits } from './shared-watch.ts';
import type { GapEvent, WatchEvent } from './watch.ts';

/**
 * The watch on streams of bytes recorded from a real API server (1.37.2), replayed over loopback: cut in the middle of a
 * line, broken off, silent. What a real API server does is in watch.lab.test.ts.
 */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const LIST = fixture('streaming-list-1.37.2.jsonl');
const TOO_OLD = fixture('too-old-1.37.2.jsonl');
/** A later event, made from the first line of the recording. */
function later(name: string, version: number): string {
  const [first = ''] = LIST.split('\n');
  const changed = first.replace('"259"', `"${version}"`).replace('"name":"a"', `"name":"${name}"`);
  return `${changed.replace('08704aef', name)}\n`;
}

type Reply = (response: ServerResponse) => void;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Replays one reply after the other, one for each request; remembers the queries. */
async function replay(
  replies: readonly Reply[],
  limits: Partial<WatchLimits> = {},
): Promise<{ shared: SharedWatch; queries: URLSearchParams[] }> {
  const queries: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    queries.push(new URL(request.url ?? '', 'http://x').searchParams);
    response.setHeader('content-type', 'application/json');
    (replies[queries.length - 1] ?? (() => {}))(response);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const login = { source: 'test', server: url, insecure: false } as Login;
  const options = { env: {}, now: Date.now, interactive: false, onMessage: () => {}, pluginTimeoutMs: 1_000 };
  const transport = new Transport(login, { socketPath: undefined, env: {}, pingMs: 2_000, connectMs: 1_000 });
  const closed = new AbortController();
  const sender = new Sender({
    server: url,
    transport,
    credentials: new Credentials(login, options),
    tally: new Tally(),
    outageMs: 0,
    closed: closed.signal,
  });
  const shared = new SharedWatch(
    'v1/ConfigMap',
    {
      kind: { apiVersion: 'v1', kind: 'ConfigMap' },
      streamingLists: { supported: true },
      open: (query, signal, observers) =>
        sender.stream(
          { path: '/watch', query },
          { observers, signals: [signal], timeoutMs: 5_000, as: undefined },
          { retry: 'credential' },
        ),
      list: () => {
        throw new Error('streaming lists are supported here');
      },
    },
    { ...WATCH_LIMITS, backoffMs: { first: 10, most: 50 }, ...limits },
    () => {},
  );
  closers.push(() => {
    shared.close(new Error('the test is over'));
    closed.abort();
    server.closeAllConnections();
    server.close();
    void transport.close();
  });
  return { shared, queries };
}

function collect(shared: SharedWatch): { events: WatchEvent[]; done: Promise<unknown> } {
  const subscription = shared.subscribe({ signals: [], timeoutMs: undefined }, []);
  const events: WatchEvent[] = [];
  const done = (async () => {
    for await (const event of subscription) events.push(event);
  })().catch((error: unknown) => error);
  return { events, done };
}

const show = (event: WatchEvent): string =>
  'object' in event ? `${event.type} ${event.object.metadata.name} ${event.source}` : event.type;
const FIRST = ['a', 'g0', 'g1', 'g2', 'g3', 'g4'].map((name) => `ADDED ${name} list`);

describe('SharedWatch on recorded streams', () => {
  it('reads a list that arrives in the smallest pieces', async () => {
    const bytes = Buffer.from(LIST);
    const { shared } = await replay([
      (response) => {
        for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      },
    ]);
    const { events } = collect(shared);
    await expect.poll(() => events.map(show)).toEqual([...FIRST, 'SYNCED']);
    expect(shared.state).toMatchObject({ phase: 'watching', resourceVersion: '266', gaps: 0 });
  });

  it('resumes after a cut in the middle of a line, from the last whole one', async () => {
    const half = later('b', 268).slice(0, 80);
    const { shared, queries } = await replay([
      (response) => {
        response.write(LIST + later('x', 267) + half, () => response.destroy());
      },
      (response) => response.write(later('b', 268)),
    ]);
    const { events } = collect(shared);
    await expect.poll(() => events.map(show)).toEqual([...FIRST, 'SYNCED', 'ADDED x watch', 'ADDED b watch']);
    expect(queries[0]?.get('sendInitialEvents')).toBe('true');
    expect(queries[1]?.get('resourceVersion')).toBe('267');
    expect(queries[1]?.has('sendInitialEvents')).toBe(false);
    expect(shared.state).toMatchObject({ gaps: 0, reconnects: 1 });
  });

  it('resumes at once after a clean end', async () => {
    const { shared, queries } = await replay([
      (response) => response.end(LIST),
      (response) => response.write(later('b', 268)),
    ]);
    const { events } = collect(shared);
    await expect.poll(() => events.map(show)).toEqual([...FIRST, 'SYNCED', 'ADDED b watch']);
    expect(queries[1]?.get('resourceVersion')).toBe('266');
  });

  it('lists anew after a 410 in the stream, with a gap and the differences', async () => {
    const anew = LIST.split('\n')
      .filter((line) => !line.includes('"name":"g4"'))
      .join('\n')
      .replace('"resourceVersion":"240"', '"resourceVersion":"275"')
      .replace('"resourceVersion":"239"', '"resourceVersion":"276"')
      .replace('"resourceVersion":"266"', '"resourceVersion":"280"');
    const { shared, queries } = await replay([
      (response) => response.write(LIST, () => response.destroy()),
      (response) => response.end(TOO_OLD),
      (response) => response.write(anew),
    ]);
    const { events } = collect(shared);
    await expect
      .poll(() => events.map(show).slice(FIRST.length))
      .toEqual(['SYNCED', 'GAP', 'DELETED g4 relist', 'MODIFIED g3 relist']);
    const gap = events[FIRST.length + 1] as GapEvent;
    expect(gap).toMatchObject({
      fromResourceVersion: '266',
      toResourceVersion: '280',
      reason: 'too old resource version: 5 (260)',
    });
    expect(gap.from <= gap.brokeAt && gap.brokeAt <= gap.to).toBe(true);
    expect(queries.map((query) => query.get('sendInitialEvents'))).toEqual(['true', null, 'true']);
    expect(shared.state.gaps).toBe(1);
  });

  it('starts a first list anew when it was cut, and tells nothing of the half', async () => {
    const cut = LIST.indexOf('{"type":"ADDED"', 1000);
    const { shared, queries } = await replay([
      (response) => response.write(LIST.slice(0, cut + 20), () => response.destroy()),
      (response) => response.write(LIST),
    ]);
    const { events } = collect(shared);
    await expect.poll(() => events.map(show)).toEqual([...FIRST, 'SYNCED']);
    expect(queries[1]?.get('sendInitialEvents')).toBe('true');
  });

  it('gives a silent stream up and resumes', async () => {
    const { shared, queries } = await replay(
      [(response) => response.write(LIST), (response) => response.write(later('b', 268))],
      {
        idleMs: 200,
      },
    );
    const { events } = collect(shared);
    await expect.poll(() => events.map(show).at(-1)).toBe('ADDED b watch');
    expect(queries[1]?.get('resourceVersion')).toBe('266');
    expect(shared.state.lastError).toContain('was silent for 0.2 s');
  });

  it('takes a line that is no event for trouble, not for an event', async () => {
    const { shared } = await replay([
      (response) => response.write(`${LIST}<html>bad gateway</html>\n`),
      (response) => response.write(later('b', 268)),
    ]);
    const { events } = collect(shared);
    await expect.poll(() => events.map(show).at(-1)).toBe('ADDED b watch');
    expect(shared.state.lastError).toContain('a line is not a watch event');
  });

  it('waits out a refusal after it has worked, and ends when it lasts', async () => {
    const refuse: Reply = (response) => {
      response.statusCode = 403;
      response.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          reason: 'Forbidden',
          code: 403,
          message:
            'configmaps is forbidden: User "u" cannot watch resource "configmaps" in API group "" at the cluster scope',
        }),
      );
    };
    const cut: Reply = (response) => response.write(LIST, () => response.destroy());
    const passing = await replay([cut, refuse, refuse, (response) => response.write(later('b', 268))]);
    const { events } = collect(passing.shared);
    await expect.poll(() => events.map(show).at(-1)).toBe('ADDED b watch');

    const lasting = await replay([cut, ...Array.from({ length: 50 }, () => refuse)], { refusalMs: 200 });
    const { events: before, done } = collect(lasting.shared);
    expect(await done).toBeInstanceOf(ForbiddenError);
    // What had been heard was delivered first.
    expect(before.map(show)).toEqual([...FIRST, 'SYNCED']);
    expect(lasting.shared.state.phase).toBe('ended');
  });

  it('keeps trying when nobody listens, and says so', async () => {
    const { shared } = await replay([
      (response) => response.destroy(),
      (response) => response.destroy(),
      (response) => response.write(LIST),
    ]);
    const { events } = collect(shared);
    await expect.poll(() => events.length).toBe(FIRST.length + 1);
    expect(shared.state.lastError).toContain('the connection broke');
  });

  it('keeps a newcomer although somebody left twice before it joined', async () => {
    const lingerMs = 50;
    let stream: ServerResponse | undefined;
    const serve: Reply = (response) => {
      stream = response;
      response.write(LIST);
    };
    const { shared } = await replay([serve], { lingerMs });
    // Its signal is aborted already: it leaves when it is made, and once more when that is noticed.
    shared.subscribe({ signals: [AbortSignal.abort()], timeoutMs: undefined }, []);
    const { events } = collect(shared);
    // Timers of one length go off in the order in which they were set: one that was left behind goes off before this one.
    await new Promise((resolve) => setTimeout(resolve, lingerMs));
    await expect.poll(() => events.map(show)).toEqual([...FIRST, 'SYNCED']);
    stream?.write(later('b', 268));
    await expect.poll(() => events.map(show).at(-1)).toBe('ADDED b watch');
    expect(shared.state.phase).toBe('watching');
  });

  it('ends its stream some time after the last subscriber has left', async () => {
    let ended = false;
    const { shared } = await replay(
      [
        (response) => {
          response.write(LIST);
          response.on('close', () => {
            ended = true;
          });
        },
      ],
      { lingerMs: 50 },
    );
    const subscription = shared.subscribe({ signals: [], timeoutMs: undefined }, []);
    await subscription.synced();
    subscription.close();
    await expect.poll(() => ended).toBe(true);
    expect(shared.state.phase).toBe('ended');
    expect(shared.joinable).toBe(false);
  });
});
