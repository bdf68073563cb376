import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Handler, LinkServer, options } from '../../../test/link-server.ts';
import { askLinks, retryAfter } from './ask-links.ts';

const server = new LinkServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
afterEach(() => server.forget());
const at = (path: string, host?: string): string => server.at(path, host);
const reply: typeof server.reply = (...args) => server.reply(...args);

describe('askLinks has manners', () => {
  it('asks a host at most twice at once, and other hosts meanwhile', async () => {
    const slow: Handler = (_, response) => void setTimeout(() => response.writeHead(200).end(), 40);
    const paths = Array.from({ length: 8 }, (_, index) => `/slow${index}`);
    for (const path of paths) server.routes.set(path, slow);
    await askLinks(
      paths.map((path) => at(path)),
      options,
    );
    expect(server.most).toBe(2);
    server.most = 0;
    await askLinks(
      paths.flatMap((path) => [at(path, 'a.test'), at(path, 'b.test')]),
      options,
    );
    expect(server.most).toBeGreaterThan(2);
    expect(server.most).toBeLessThanOrEqual(4);
  });

  it('spaces the requests to a host', async () => {
    const urls = ['/1', '/2', '/3', '/4'].map((path) => {
      reply(path, 200);
      return at(path);
    });
    const before = performance.now();
    await askLinks(urls, { ...options, spacingMs: 60 });
    // Three gaps; timers may be a little early.
    expect((server.seen.at(-1)?.at ?? 0) - before).toBeGreaterThan(170);
  });

  it('comes back when the server says when', async () => {
    let asked = 0;
    server.routes.set('/busy', (_, response) => {
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
    expect(server.seen).toHaveLength(1);
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
    const first = server.seen.length;
    const again = await askLinks([at('/page'), at('/wall')], cached);
    expect(again.get(at('/page'))).toMatchObject({
      class: 'ok',
      detail: expect.stringMatching(/asked less than a minute ago/),
    });
    expect(server.seen.slice(first).map((one) => one.path)).toEqual(['/wall', '/wall']);
  });

  it('nothing from a broken or foreign file, and mends it', async () => {
    reply('/page', 200);
    const cached = { ...options, cacheFolder: folder };
    await askLinks([at('/page')], cached);
    const [file] = readdirSync(folder);
    for (const content of ['{', 'null', '{"url":"other","at":0,"class":"ok","detail":"x"}', '{"class":"ok"}']) {
      writeFileSync(join(folder, file ?? ''), content);
      server.seen = [];
      expect((await askLinks([at('/page')], cached)).get(at('/page'))?.class).toBe('ok');
      expect(server.seen).toHaveLength(1);
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
    server.seen = [];
    await askLinks([at('/page')], cached);
    expect(server.seen).toHaveLength(1);
  });

  it('works where nothing can be kept', async () => {
    reply('/page', 200);
    writeFileSync(join(folder, 'file'), '');
    const answer = await ask(at('/page'), { cacheFolder: join(folder, 'file', 'below') });
    expect(answer?.class).toBe('ok');
  });
});
