import { describe, expect, it } from 'vitest';
import { GoneError, ServerError } from './error/api-error.ts';
import { PagedList, type PageQuery, tokenInHead } from './list.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
const item = (name: string): object => ({ metadata: { name }, spec: { unknown: [1] } });

interface Asked extends PageQuery {
  firstBytes: (text: string) => void;
  answer: (body: unknown) => void;
  fail: (error: unknown) => void;
  signal: AbortSignal;
}

/** Pages that the test answers by hand. */
function byHand(): { asked: Asked[]; list: PagedList } {
  const asked: Asked[] = [];
  const fetch = (
    query: PageQuery,
    onFirstBytes: (bytes: Buffer) => void,
    signal: AbortSignal,
  ): Promise<{ body: unknown; path: string }> => {
    const { promise, resolve, reject } = Promise.withResolvers<{ body: unknown; path: string }>();
    asked.push({
      ...query,
      firstBytes: (text) => onFirstBytes(Buffer.from(text)),
      answer: (body) => resolve({ body, path: '/pods' }),
      fail: reject,
      signal,
    });
    return promise;
  };
  return { asked, list: new PagedList(fetch, POD, { pageSize: 2 }) };
}

const head = (token: string): string =>
  `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"5","continue":"${token}","remainingItemCount":3},"items":[{"metadata":`;
const page = (names: string[], token?: string): object => ({
  kind: 'PodList',
  metadata: { resourceVersion: '5', continue: token ?? '', remainingItemCount: 1 },
  items: names.map(item),
});

describe('PagedList', () => {
  it('asks for the next page on the first bytes of this one, once, and no further ahead', async () => {
    const { asked, list } = byHand();
    const pages = list.pages()[Symbol.asyncIterator]();
    const first = pages.next();
    expect(asked.map((one) => [one.continue, one.limit])).toEqual([[undefined, 2]]);
    asked[0]?.firstBytes(head('t1'));
    expect(asked.map((one) => one.continue)).toEqual([undefined, 't1']);
    // A retried request brings its head again; the second page’s head does not run ahead of its reader.
    asked[0]?.firstBytes(head('t1'));
    asked[1]?.firstBytes(head('t2'));
    expect(asked).toHaveLength(2);
    asked[0]?.answer(page(['a', 'b'], 't1'));
    expect((await first).value).toMatchObject({ resourceVersion: '5', remaining: 1 });
    expect(asked).toHaveLength(2);
    const second = pages.next();
    expect(asked.map((one) => one.continue)).toEqual([undefined, 't1', 't2']);
    asked[1]?.answer(page(['c'], 't2'));
    await second;
    asked[2]?.answer(page(['d']));
    expect((await pages.next()).value).toMatchObject({
      items: [{ ...POD, metadata: { name: 'd' }, spec: { unknown: [1] } }],
    });
    expect((await pages.next()).done).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it('asks after parsing when the head names no token', async () => {
    const { asked, list } = byHand();
    const all = list.all();
    asked[0]?.firstBytes('{"apiVersion":"x/v1","items":[{');
    asked[0]?.answer(page(['a'], 't1'));
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.answer(page(['b']));
    expect((await all).map((object) => object.metadata.name)).toEqual(['a', 'b']);
  });

  it('drops what is under way when the reader leaves', async () => {
    const { asked, list } = byHand();
    const reading = (async () => {
      for await (const object of list) return object.metadata.name;
      return undefined;
    })();
    asked[0]?.firstBytes(head('t1'));
    asked[0]?.answer(page(['a', 'b'], 't1'));
    expect(await reading).toBe('a');
    expect(asked[1]?.signal.aborted).toBe(true);
    asked[1]?.fail(new Error('aborted'));
  });

  it('starts anew when a token expired, for all() alone, and not for ever', async () => {
    const gone = new GoneError('m', 'r');
    const { asked, list } = byHand();
    const all = list.all();
    asked[0]?.answer(page(['a'], 't1'));
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.fail(gone);
    await expect.poll(() => asked.length).toBe(3);
    asked[2]?.answer(page(['x']));
    expect((await all).map((object) => object.metadata.name)).toEqual(['x']);

    const stubborn = byHand();
    const result = stubborn.list.all().catch((error: unknown) => error);
    for (let index = 0; index < 3; index += 1) {
      await expect.poll(() => stubborn.asked.length).toBe(index + 1);
      stubborn.asked[index]?.fail(gone);
    }
    expect(await result).toBe(gone);
    expect(stubborn.asked).toHaveLength(3);
  });

  it('refuses an answer that is no list', async () => {
    for (const body of ['<html>', { kind: 'Status', items: 5 }]) {
      const { asked, list } = byHand();
      const all = list.all();
      asked[0]?.answer(body);
      await expect(all).rejects.toBeInstanceOf(ServerError);
    }
    const { asked, list } = byHand();
    asked.length = 0;
    const all = list.all();
    // Go writes an empty list as null.
    asked[0]?.answer({ kind: 'PodList', metadata: {}, items: null });
    expect(await all).toEqual([]);
  });
});

describe('tokenInHead', () => {
  it('finds the token only where metadata comes first and whole', () => {
    expect(tokenInHead(Buffer.from(head('abc')))).toBe('abc');
    expect(tokenInHead(Buffer.from(head('')))).toBeUndefined();
    expect(tokenInHead(Buffer.from(head('abc').slice(0, 60)))).toBeUndefined();
    expect(tokenInHead(Buffer.from('{"apiVersion":"v1","items":[],"metadata":{"continue":"x"}}'))).toBeUndefined();
  });
});
