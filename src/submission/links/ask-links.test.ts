import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LinkAnswer } from '../rule.ts';
import { type AskOptions, askLinks, retryAfter } from './ask-links.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const routes = new Map<string, Handler>();
/** `METHOD host path` of every request that reached the server, and the most that were open at once. */
let seen: { method: string; host: string; path: string; at: number; range: string | undefined }[] = [];
let open = 0;
let most = 0;
let port = 0;

const server = createServer((request, response) => {
  const path = request.url ?? '';
  const host = request.headers.host?.split(':')[0] ?? '';
  seen.push({ method: request.method ?? '', host, path, at: performance.now(), range: request.headers.range });
  open += 1;
  most = Math.max(most, open);
  response.on('close', () => {
    open -= 1;
  });
  const handler = routes.get(path);
  if (handler) handler(request, response);
  else response.writeHead(404).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  most = 0;
});
afterEach(() => routes.clear());

/** Every name is this machine; nothing is ever asked of a real name server. */
const lookup: LookupFunction = (name, _, callback) => {
  if (name.startsWith('nowhere')) callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
  else callback(null, [{ address: name.startsWith('inside') ? '10.0.0.1' : '127.0.0.1', family: 4 }]);
};

const options: AskOptions = {
  userAgent: 'plimsoll-test',
  cacheFolder: undefined,
  spacingMs: 0,
  requestMs: 2_000,
  testing: { allowLoopback: true, lookup },
};

function at(path: string, host = 'docs.test'): string {
  return `http://${host}:${port}${path}`;
}

async function ask(url: string, change: Partial<AskOptions> = {}): Promise<LinkAnswer | undefined> {
  return (await askLinks([url], { ...options, ...change })).get(url);
}

function reply(path: string, status: number, headers: Record<string, string> = {}, body = ''): void {
  routes.set(path, (_, response) => response.writeHead(status, headers).end(body));
}

describe('askLinks', () => {
  it('is content with a HEAD', async () => {
    reply('/page', 200);
    expect(await ask(at('/page'))).toEqual({
      class: 'ok',
      status: 200,
      asked: true,
      detail: 'docs.test answered 200 (OK).',
    });
    expect(seen.map((one) => one.method)).toEqual(['HEAD']);
  });

  it('asks with a ranged GET when HEAD is not allowed', async () => {
    routes.set('/page', (request, response) => response.writeHead(request.method === 'HEAD' ? 405 : 206).end('x'));
    expect(await ask(at('/page'))).toMatchObject({ class: 'ok', status: 206 });
    expect(seen.map((one) => [one.method, one.range])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=0-1023'],
    ]);
  });

  it('does not read a body without end', async () => {
    routes.set('/big', (request, response) => {
      if (request.method === 'HEAD') return void response.writeHead(500).end();
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    expect(await ask(at('/big'))).toMatchObject({ class: 'ok', status: 200 });
  });

  it.each([404, 410])('calls %i dead after both methods', async (status) => {
    reply('/gone', status);
    expect(await ask(at('/gone'))).toMatchObject({ class: 'dead', status });
    expect(seen).toHaveLength(2);
  });

  it.each([
    [401, {}, /log-in/],
    [403, {}, /log-in, a country or a wall/],
    [403, { 'cf-mitigated': 'challenge' }, /wall against robots/],
    [202, { 'x-amzn-waf-action': 'challenge' }, /wall against robots/],
    [429, {}, /too many requests/],
    [500, {}, /server fails/],
    [999, {}, /wall against robots/],
  ])('calls %i %o unverifiable', async (status, headers, detail) => {
    reply('/wall', status, headers);
    expect(await ask(at('/wall'))).toEqual({
      class: 'unverifiable',
      status,
      asked: true,
      detail: expect.stringMatching(detail),
    });
  });

  it('tells a permanent move from a temporary one', async () => {
    reply('/old', 301, { location: '/new' });
    reply('/today', 302, { location: '/new' });
    reply('/new', 200);
    expect(await ask(at('/old'))).toEqual({
      class: 'moved',
      status: 200,
      asked: true,
      detail: `It moved for good to ${at('/new')}.`,
    });
    expect(await ask(at('/today'))).toMatchObject({ class: 'ok', status: 200 });
  });

  it('takes a log-in page or the front page at the end of a redirect for what it is', async () => {
    reply('/paper', 302, { location: '/login?next=paper' });
    reply('/login?next=paper', 200);
    reply('/lost', 302, { location: '/' });
    reply('/', 200);
    expect(await ask(at('/paper'))).toMatchObject({ class: 'unverifiable', detail: expect.stringMatching(/log in/) });
    expect(await ask(at('/lost'))).toMatchObject({
      class: 'unverifiable',
      detail: expect.stringMatching(/front page/),
    });
    expect(await ask(at('/'))).toMatchObject({ class: 'ok' });
  });

  it('ends in circles, long chains and redirects to nowhere', async () => {
    reply('/a', 302, { location: '/b' });
    reply('/b', 302, { location: '/a' });
    reply('/bad', 302, { location: 'http://[' });
    for (let step = 0; step < 15; step += 1) reply(`/${step}`, 302, { location: `/${step + 1}` });
    expect(await ask(at('/a'))).toMatchObject({ class: 'unverifiable', detail: expect.stringMatching(/circle/) });
    expect(await ask(at('/0'))).toMatchObject({ detail: expect.stringMatching(/more than 10 times/) });
    expect(await ask(at('/bad'))).toMatchObject({ detail: expect.stringMatching(/redirects to "http/) });
  });

  it('calls a name without a host dead, and a silent server unverifiable', async () => {
    routes.set('/slow', () => undefined);
    expect(await ask('http://nowhere.test/')).toEqual({
      class: 'dead',
      status: undefined,
      asked: true,
      detail: 'There is no host nowhere.test.',
    });
    expect(await ask(at('/slow'), { requestMs: 100 })).toMatchObject({
      class: 'unverifiable',
      detail: expect.stringMatching(/no answer within 0.1 s/),
    });
    expect(await ask(at('/x').replace('http:', 'https:'))).toMatchObject({
      class: 'unverifiable',
      detail: expect.stringMatching(/There was no answer/),
    });
  });

  it('stops when the time for all links is up', async () => {
    const paths = ['/slow1', '/slow2', '/slow3'];
    for (const path of paths) routes.set(path, () => undefined);
    const urls = paths.map((path) => at(path));
    const answers = await askLinks(urls, { ...options, wholeMs: 100 });
    expect([...answers.values()].map((one) => one.detail)).toEqual(
      Array.from({ length: 3 }, () => 'It was not asked: the time for all links was up.'),
    );
  });

  it('asks once for links that differ in their fragment', async () => {
    reply('/page', 200);
    const answers = await askLinks([at('/page#a'), at('/page#b'), at('/page')], options);
    expect(answers.size).toBe(3);
    expect(seen).toHaveLength(1);
  });
});

describe('askLinks keeps away from what is not public', () => {
  const strict = { testing: { allowLoopback: false, lookup } };

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://2130706433', 'http://docs.test', 'http://inside.test'])(
    '%s never sees a request',
    async (origin) => {
      reply('/page', 200);
      expect(await ask(`${origin}:${port}/page`, strict)).toMatchObject({
        class: 'unverifiable',
        status: undefined,
        asked: false,
        detail: expect.stringMatching(/not a public address/),
      });
      expect(seen).toEqual([]);
    },
  );

  it('also behind a redirect', async () => {
    reply('/to-name', 302, { location: 'http://inside.test/secret' });
    reply('/to-address', 302, { location: 'http://169.254.169.254/latest/meta-data' });
    reply('/to-file', 302, { location: 'file:///etc/passwd' });
    expect(await ask(at('/to-name'))).toMatchObject({
      detail: expect.stringMatching(/10\.0\.0\.1, which is not a public/),
    });
    expect(await ask(at('/to-address'))).toMatchObject({ detail: expect.stringMatching(/169\.254\.169\.254/) });
    expect(await ask(at('/to-file'))).toMatchObject({ detail: expect.stringMatching(/file:/) });
  });

  it('when a name gives another address the second time', async () => {
    let asked = 0;
    const turncoat: LookupFunction = (_, __, callback) => {
      asked += 1;
      callback(null, [{ address: asked === 1 ? '10.0.0.1' : '127.0.0.1', family: 4 }]);
    };
    const answer = await ask(at('/page'), { testing: { allowLoopback: false, lookup: turncoat } });
    expect(answer?.class).toBe('unverifiable');
    expect(seen).toEqual([]);
  });
});

describe('askLinks has manners', () => {
  it('asks a host at most twice at once, and other hosts meanwhile', async () => {
    const slow: Handler = (_, response) => void setTimeout(() => response.writeHead(200).end(), 40);
    const paths = Array.from({ length: 8 }, (_, index) => `/slow${index}`);
    for (const path of paths) routes.set(path, slow);
    await askLinks(
      paths.map((path) => at(path)),
      options,
    );
    expect(most).toBe(2);
    most = 0;
    await askLinks(
      paths.flatMap((path) => [at(path, 'a.test'), at(path, 'b.test')]),
      options,
    );
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('spaces the requests to a host', async () => {
    const urls = ['/1', '/2', '/3', '/4'].map((path) => {
      reply(path, 200);
      return at(path);
    });
    const before = performance.now();
    await askLinks(urls, { ...options, spacingMs: 60 });
    // Three gaps; timers may be a little early.
    expect((seen.at(-1)?.at ?? 0) - before).toBeGreaterThan(170);
  });

  it('comes back when the server says when', async () => {
    let asked = 0;
    routes.set('/busy', (_, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.writeHead(200).end();
    });
    const before = performance.now();
    expect(await ask(at('/busy'))).toMatchObject({ class: 'ok' });
    expect(performance.now() - before).toBeGreaterThan(950);
    expect(asked).toBe(2);
  });

  it('does not wait longer than its budget', async () => {
    reply('/busy', 429, { 'retry-after': '3600' });
    expect(await ask(at('/busy'))).toMatchObject({
      class: 'unverifiable',
      status: 429,
      detail: expect.stringMatching(/come back in 3600 s/),
    });
    expect(seen).toHaveLength(1);
  });

  it('understands both forms of Retry-After', () => {
    const now = Date.parse('2026-11-24T10:00:00Z');
    expect(retryAfter('7', now)).toBe(7000);
    expect(retryAfter('Tue, 24 Nov 2026 10:00:09 GMT', now)).toBe(9000);
    expect(retryAfter('Tue, 24 Nov 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfter('soon', now)).toBeUndefined();
    expect(retryAfter(undefined, now)).toBeUndefined();
  });
});

describe('askLinks remembers', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-links-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('answers of pages that were there, not those of walls', async () => {
    reply('/page', 200);
    reply('/wall', 403);
    const cached = { ...options, cacheFolder: join(folder, 'new') };
    await askLinks([at('/page'), at('/wall')], cached);
    const first = seen.length;
    const again = await askLinks([at('/page'), at('/wall')], cached);
    expect(again.get(at('/page'))).toMatchObject({
      class: 'ok',
      detail: expect.stringMatching(/asked less than a minute ago/),
    });
    expect(seen.slice(first).map((one) => one.path)).toEqual(['/wall', '/wall']);
  });

  it('nothing from a broken or foreign file, and mends it', async () => {
    reply('/page', 200);
    const cached = { ...options, cacheFolder: folder };
    await askLinks([at('/page')], cached);
    const [file] = readdirSync(folder);
    for (const content of ['{', 'null', '{"url":"other","at":0,"class":"ok","detail":"x"}', '{"class":"ok"}']) {
      writeFileSync(join(folder, file ?? ''), content);
      seen = [];
      expect((await askLinks([at('/page')], cached)).get(at('/page'))?.class).toBe('ok');
      expect(seen).toHaveLength(1);
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('nothing for ever', async () => {
    reply('/page', 200);
    const cached = { ...options, cacheFolder: folder };
    await askLinks([at('/page')], cached);
    const [file] = readdirSync(folder);
    const old = { url: at('/page'), at: Date.now() - 25 * 3_600_000, class: 'ok', status: 200, detail: 'x' };
    writeFileSync(join(folder, file ?? ''), JSON.stringify(old));
    seen = [];
    await askLinks([at('/page')], cached);
    expect(seen).toHaveLength(1);
  });

  it('works where nothing can be kept', async () => {
    reply('/page', 200);
    writeFileSync(join(folder, 'file'), '');
    const answer = await ask(at('/page'), { cacheFolder: join(folder, 'file', 'below') });
    expect(answer?.class).toBe('ok');
  });
});
