import type { LookupFunction } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, LinkServer, lookup, options } from '../../../test/link-server.ts';
import { askLinks } from './ask-links.ts';

const server = new LinkServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
afterEach(() => server.forget());
const at = (path: string, host?: string): string => server.at(path, host);
const reply: typeof server.reply = (...args) => server.reply(...args);

describe('askLinks', () => {
  it('is content with a HEAD', async () => {
    reply('/page', 200);
    expect(await ask(at('/page'))).toEqual({
      class: 'ok',
      status: 200,
      asked: true,
      detail: 'docs.test answered 200 (OK).',
    });
    expect(server.seen.map((one) => one.method)).toEqual(['HEAD']);
  });

  it('asks with a ranged GET when HEAD is not allowed', async () => {
    server.routes.set('/page', (request, response) =>
      response.writeHead(request.method === 'HEAD' ? 405 : 206).end('x'),
    );
    expect(await ask(at('/page'))).toMatchObject({ class: 'ok', status: 206 });
    expect(server.seen.map((one) => [one.method, one.range])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=0-1023'],
    ]);
  });

  it('does not read a body without end', async () => {
    server.routes.set('/big', (request, response) => {
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
    expect(server.seen).toHaveLength(2);
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
    server.routes.set('/slow', () => undefined);
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
    for (const path of paths) server.routes.set(path, () => undefined);
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
    expect(server.seen).toHaveLength(1);
  });
});

describe('askLinks keeps away from what is not public', () => {
  const strict = { testing: { allowLoopback: false, lookup } };

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://2130706433', 'http://docs.test', 'http://inside.test'])(
    '%s never sees a request',
    async (origin) => {
      reply('/page', 200);
      expect(await ask(`${origin}:${server.port}/page`, strict)).toMatchObject({
        class: 'unverifiable',
        status: undefined,
        asked: false,
        detail: expect.stringMatching(/not a public address/),
      });
      expect(server.seen).toEqual([]);
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
    expect(server.seen).toEqual([]);
  });
});
