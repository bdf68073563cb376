import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoneApiServer } from '../../../test/lone-api-server.ts';
import type { Cluster } from '../cluster.ts';
import { connect } from '../connect.ts';
import { ApiMissingError, ForbiddenError, TimeoutError, UnreachableError } from '../error/api-error.ts';
import type { RequestRecord } from '../http/observer.ts';
import { type KubeObject, refOf } from '../object.ts';
import type { GapEvent, ObjectEvent, Watch, WatchEvent } from './watch.ts';

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

const configMap = (namespace: string, name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

/** Collects a watch's events in the background. */
function collect(watch: Watch): { events: WatchEvent[]; done: Promise<unknown> } {
  const events: WatchEvent[] = [];
  const done = (async () => {
    for await (const event of watch) events.push(event);
  })().catch((error: unknown) => error);
  return { events, done };
}

const objects = (events: readonly WatchEvent[]): ObjectEvent[] =>
  events.filter((event): event is ObjectEvent => 'object' in event);
const gaps = (events: readonly WatchEvent[]): GapEvent[] => events.filter((event) => event.type === 'GAP');
const show = (event: WatchEvent): string =>
  'object' in event ? `${event.type} ${event.object.metadata.name} ${event.source}` : event.type;
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

describe('watch through trouble', () => {
  it('loses no write and tells none twice when the API server is killed and comes back', {
    timeout: 120_000,
  }, async () => {
    const ns = await freshNamespace('killed');
    const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
    await Promise.all(names.map((name) => cluster.create(configMap(ns, name, { n: '0' }))));
    const watch = cluster.watch('v1/ConfigMap', { namespace: ns });
    const { events } = collect(watch);
    await watch.synced();

    // Writers that count up, with the resourceVersion of every write that was acknowledged.
    const written: { name: string; n: number; resourceVersion: string }[] = [];
    const broken: unknown[] = [];
    const stop = new AbortController();
    const writers = names.map(async (name) => {
      for (let n = 1; !stop.signal.aborted; n += 1) {
        await cluster
          .patch(refOf(configMap(ns, name)), { data: { n: String(n) } })
          .then((object) => written.push({ name, n, resourceVersion: object.metadata.resourceVersion ?? '' }))
          // A write that was cut off may or may not have been carried out; the next one tells.
          .catch((error: unknown) => broken.push(error));
        await delay(15);
      }
    });
    await delay(700);
    const killedAt = new Date();
    await api.killApi();
    await delay(1_000);
    // What happens while nobody watches: the watch must find out from its new list.
    await api.startApi();
    await expect.poll(() => gaps(events).length, { timeout: 60_000 }).toBe(1);
    await delay(700);
    stop.abort();
    await Promise.all(writers);
    expect(broken.filter((error) => !(error instanceof UnreachableError))).toEqual([]);
    await cluster.remove(refOf(configMap(ns, 'c7')));
    await expect.poll(() => watch.current().length).toBe(7);

    const [gap] = gaps(events);
    if (gap === undefined) throw new Error('no gap');
    expect(gap.from.getTime()).toBeLessThanOrEqual(killedAt.getTime() + 50);
    expect(gap.brokeAt.getTime()).toBeGreaterThanOrEqual(killedAt.getTime() - 5);
    expect(gap.brokeAt.getTime()).toBeLessThan(killedAt.getTime() + 1_000);
    expect(gap.to.getTime()).toBeGreaterThan(killedAt.getTime() + 1_000);
    expect(gap.reason).toMatch(/too old resource version/);

    // None twice.
    const told = objects(events).map(
      (event) => `${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`,
    );
    expect(new Set(told).size).toBe(told.length);
    // None lost: every acknowledged write outside the gap was told; inside it, at least the last state.
    const toldVersions = new Set(objects(events).map((event) => event.object.metadata.resourceVersion));
    const lost = written.filter(({ resourceVersion }) => !toldVersions.has(resourceVersion));
    const inGap = (version: string): boolean =>
      BigInt(version) > BigInt(gap.fromResourceVersion) && BigInt(version) <= BigInt(gap.toResourceVersion);
    expect(lost.filter(({ resourceVersion }) => !inGap(resourceVersion))).toEqual([]);
    expect(
      written.filter(({ resourceVersion }) => BigInt(resourceVersion) > BigInt(gap.toResourceVersion)).length,
    ).toBeGreaterThan(50);
    // Counters only ever go up, and the picture is the truth.
    for (const name of names) {
      const numbers = objects(events)
        .filter((event) => event.object.metadata.name === name && event.type !== 'DELETED')
        .map((event) => Number((event.object['data'] as { n: string }).n));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    const truth = await cluster.list('v1/ConfigMap', { namespace: ns }).all();
    const versions = (list: readonly KubeObject[]): string[] =>
      list.map((object) => `${object.metadata.name} ${object.metadata.resourceVersion}`).toSorted();
    expect(versions(watch.current())).toEqual(versions(truth));
    watch.close();
  });

  it('notices a frozen API server, resumes where it was, and says so meanwhile', { timeout: 90_000 }, async () => {
    const ns = await freshNamespace('frozen');
    const watch = cluster.watch('v1/ConfigMap', { namespace: ns });
    const { events } = collect(watch);
    await watch.synced();
    const made = await cluster.create(configMap(ns, 'before'));
    await expect.poll(() => events.length).toBe(2);
    api.signalApi('SIGSTOP');
    const froze = performance.now();
    await expect.poll(() => watch.state.lastError, { timeout: 20_000 }).toBeDefined();
    const noticed = performance.now() - froze;
    expect(noticed).toBeLessThan(6_000);
    expect(watch.state.phase).not.toBe('watching');
    api.signalApi('SIGCONT');
    await cluster.patch(refOf(made), { data: { after: 'yes' } });
    await expect
      .poll(() => events.map(show), { timeout: 45_000 })
      .toEqual(['SYNCED', 'ADDED before watch', 'MODIFIED before watch']);
    // Nothing was missed, so there is no gap.
    expect(watch.state).toMatchObject({ phase: 'watching', gaps: 0 });
    watch.close();
  });

  it('gives a newcomer a true picture while an older stream is cut off', { timeout: 90_000 }, async () => {
    const ns = await freshNamespace('newcomer');
    const old = cluster.watch('v1/ConfigMap', { namespace: ns });
    await old.synced();
    await api.killApi();
    await expect.poll(() => old.state.phase, { timeout: 10_000 }).not.toBe('watching');
    const newcomer = cluster.watch('v1/ConfigMap', { namespace: ns });
    const early = await Promise.race([newcomer.synced().then(() => 'synced'), delay(500, 'waiting')]);
    expect(early).toBe('waiting');
    await api.startApi();
    await newcomer.synced();
    expect(newcomer.state.gaps).toBe(0);
    await expect.poll(() => old.state.phase, { timeout: 20_000 }).toBe('watching');
    old.close();
    newcomer.close();
  });

  it('waits out an outage in ordinary requests, but never sends a write twice', { timeout: 90_000 }, async () => {
    await api.killApi();
    const read = cluster.version();
    const write = cluster.create(configMap('default', 'patient'));
    await delay(500);
    await api.startApi();
    expect((await read).minor).toBe(37);
    // The connection was refused, so nothing had been sent: trying again is safe.
    expect((await write).metadata.name).toBe('patient');
    const impatient = await connect({ kubeconfig: `${api.directory}/admin.kubeconfig`, outageMs: 0 });
    await impatient.version();
    await api.killApi();
    await expect(impatient.version()).rejects.toMatchObject({ code: 'unreachable' });
    await api.startApi();
    await impatient.close();
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
