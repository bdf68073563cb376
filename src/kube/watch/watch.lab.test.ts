import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoneApiServer } from '../../../test/lone-api-server.ts';
import { collect, configMap, objects, show } from '../../../test/watching.ts';
import type { Cluster } from '../cluster.ts';
import { connect } from '../connect.ts';
import { ApiMissingError, ForbiddenError, TimeoutError } from '../error/api-error.ts';
import type { RequestRecord } from '../http/observer.ts';
import { refOf } from '../object.ts';

let api: LoneApiServer;
let cluster: Cluster;
const records: RequestRecord[] = [];

beforeAll(async () => {
  api = await LoneApiServer.start();
  const kubeconfig = await api.kubeconfigFor('admin', ['system:masters']);
  cluster = await connect({ kubeconfig, onRequest: (record) => records.push(record) });
});

afterAll(async () => {
  await cluster?.close();
  await api?.[Symbol.asyncDispose]();
});

async function freshNamespace(name: string): Promise<string> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

const opened = (namespace: string): RequestRecord[] =>
  records.filter((record) => record.stream && record.path.includes(`/namespaces/${namespace}/`));

describe('watch', () => {
  it('tells what is there, that this was all, and what happens then', async () => {
    const ns = await freshNamespace('plain');
    await cluster.create(configMap(ns, 'old'));
    const watch = cluster.watch('v1/ConfigMap', { namespace: ns });
    const { events, done } = collect(watch);
    await watch.synced();
    const made = await cluster.create(configMap(ns, 'new'));
    await cluster.patch(refOf(made), { data: { a: '1' } });
    await cluster.remove(refOf(made));
    await expect.poll(() => events.length).toBe(5);
    expect(events.map(show)).toEqual([
      'ADDED old list',
      'SYNCED',
      'ADDED new watch',
      'MODIFIED new watch',
      'DELETED new watch',
    ]);
    expect(objects(events).every(({ object }) => object.apiVersion === 'v1' && object.kind === 'ConfigMap')).toBe(true);
    expect(watch.current().map((object) => object.metadata.name)).toEqual(['old']);
    expect(watch.state).toMatchObject({ phase: 'watching', gaps: 0 });
    watch.close();
    expect(await done).toBeUndefined();
  });

  it('shares one stream, selectors apart, and a newcomer sees everything first', async () => {
    const ns = await freshNamespace('shared');
    await cluster.create(configMap(ns, 'one'));
    const watches = Array.from({ length: 5 }, () => cluster.watch('v1/ConfigMap', { namespace: ns }));
    const other = cluster.watch('v1/ConfigMap', { namespace: ns, labels: 'part=b' });
    await Promise.all([...watches, other].map((watch) => watch.synced()));
    expect(opened(ns)).toHaveLength(2);
    const late = cluster.watch('v1/ConfigMap', { namespace: ns });
    const { events } = collect(late);
    await late.synced();
    expect(opened(ns)).toHaveLength(2);
    await expect.poll(() => events.map(show)).toEqual(['ADDED one list', 'SYNCED']);
    for (const watch of [...watches, other]) watch.close();
    // One has closed its view, the others go on.
    await cluster.create(configMap(ns, 'two'));
    await expect.poll(() => events.map(show)).toContain('ADDED two watch');
    late.close();
    // And after the last one the stream ends.
    await delay(1_200);
    const again = cluster.watch('v1/ConfigMap', { namespace: ns });
    await again.synced();
    expect(opened(ns)).toHaveLength(3);
    again.close();
  });

  it('gives metadata alone under the right kind, and one object by field selector', async () => {
    const ns = await freshNamespace('bare');
    await cluster.create(configMap(ns, 'a', { big: 'x' }));
    await cluster.create(configMap(ns, 'b', { big: 'x' }));
    const watch = cluster.watch('v1/ConfigMap', { namespace: ns, metadataOnly: true, fields: 'metadata.name=b' });
    await watch.synced();
    expect(watch.current()).toHaveLength(1);
    expect(watch.current()[0]).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'b' } });
    expect(watch.current()[0]).not.toHaveProperty('data');
    watch.close();
  });

  it('ends at a refusal, the deadline or the signal, and says why', async () => {
    const nobody = cluster.with({ as: { user: 'nobody' } });
    const forbidden = collect(nobody.watch('v1/Secret', { namespace: 'default' }));
    const error = await forbidden.done;
    expect(error).toBeInstanceOf(ForbiddenError);
    expect((error as ForbiddenError).permission).toMatchObject({ verb: 'watch', resource: 'secrets' });
    expect(await collect(cluster.watch('nothing.example/v1/Thing')).done).toBeInstanceOf(ApiMissingError);

    const late = await collect(cluster.watch('v1/ConfigMap', { namespace: 'default', timeoutMs: 300 })).done;
    expect(late).toBeInstanceOf(TimeoutError);
    expect((late as TimeoutError).message).toMatch(
      /v1\/ConfigMap in default .* within 0\.3 s; it is watching; last seen: SYNCED/,
    );

    const reason = new Error('enough');
    const stop = new AbortController();
    const stopped = collect(cluster.watch('v1/ConfigMap', { namespace: 'default', signal: stop.signal }));
    setTimeout(() => stop.abort(reason), 100);
    expect(await stopped.done).toBe(reason);
  });

  it('holds 150 watches on a handful of connections', async () => {
    const ns = await freshNamespace('many');
    const watches = Array.from({ length: 150 }, (_, index) =>
      cluster.watch('v1/ConfigMap', { namespace: ns, labels: `n=${index}` }),
    );
    const all = watches.map(collect);
    await Promise.all(watches.map((watch) => watch.synced()));
    const object = configMap(ns, 'for-149');
    await cluster.create({ ...object, metadata: { ...object.metadata, labels: { n: '149' } } });
    await expect.poll(() => all[149]?.events.map(show)).toContain('ADDED for-149 watch');
    expect(all[0]?.events.map(show)).toEqual(['SYNCED']);
    for (const watch of watches) watch.close();
  });
});

describe('an API server without streaming lists', () => {
  it('is listed in pages and watched from there', { timeout: 90_000 }, async () => {
    await using plain = await LoneApiServer.start(['--feature-gates=WatchList=false']);
    const seen: RequestRecord[] = [];
    const kubeconfig = await plain.kubeconfigFor('admin', ['system:masters']);
    const old = await connect({ kubeconfig, onRequest: (record) => seen.push(record) });
    await Promise.all(Array.from({ length: 501 }, (_, index) => old.create(configMap('default', `c${index}`))));
    const watch = old.watch('v1/ConfigMap', { namespace: 'default' });
    const { events } = collect(watch);
    await watch.synced();
    expect(watch.current()).toHaveLength(501);
    const lists = seen.filter((record) => record.method === 'GET' && record.path.includes('/configmaps?'));
    expect(lists.map((record) => [record.status, record.stream])).toEqual([
      [422, true],
      [200, false],
      [200, false],
    ]);
    await old.create(configMap('default', 'after'));
    await expect.poll(() => events.map(show)).toContain('ADDED after watch');
    // The next watch knows already.
    seen.length = 0;
    const next = old.watch('v1/Namespace');
    await next.synced();
    expect(seen.filter((record) => record.status === 422)).toEqual([]);
    await old.close();
  });
});
