import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoneApiServer } from '../../../test/lone-api-server.ts';
import { collect, configMap, gaps, objects, show } from '../../../test/watching.ts';
import type { Cluster } from '../cluster.ts';
import { connect } from '../connect.ts';
import { UnreachableError } from '../error/api-error.ts';
import { type KubeObject, refOf } from '../object.ts';
import type { GapEvent, Watch, WatchEvent } from './watch.ts';

let api: LoneApiServer;
let cluster: Cluster;

beforeAll(async () => {
  api = await LoneApiServer.start();
  const kubeconfig = await api.kubeconfigFor('admin', ['system:masters']);
  cluster = await connect({ kubeconfig });
});

afterAll(async () => {
  await cluster?.close();
  await api?.[Symbol.asyncDispose]();
});

async function freshNamespace(name: string): Promise<string> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

describe('watch through trouble', () => {
  it('loses no write and tells none twice when the API server is killed among writes', {
    timeout: 120_000,
  }, async () => {
    const { events, watch, writes } = await throughKill('killed', async () => {});
    // With luck nothing else was written and the watch resumes without a gap: both are right, and checked.
    const gap = gaps(events)[0];
    expect(watch.state.gaps).toBe(gaps(events).length);
    await expectNothingLost('killed', watch, events, writes, gap);
    watch.close();
  });

  it('announces the gap when the place is lost, and tells what changed meanwhile', { timeout: 120_000 }, async () => {
    // A write that this watch cannot hear of: its place is then older than all that a restarted API server knows.
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'unseen', namespace: 'lost-place' } };
    const { events, watch, writes, killedAt, restartAt, backAt } = await throughKill('lost-place', async (pause) => {
      await pause();
      await cluster.create(secret);
    });
    const [gap, ...more] = gaps(events);
    if (gap === undefined) throw new Error('no gap was announced');
    expect(more).toEqual([]);
    expect(gap.reason).toMatch(/too old resource version/);
    expect(gap.from.getTime()).toBeLessThanOrEqual(killedAt);
    expect(gap.brokeAt.getTime()).toBeGreaterThanOrEqual(killedAt - 5);
    // Noticed at once, not when somebody came back.
    expect(gap.brokeAt.getTime()).toBeLessThan(restartAt);
    expect(gap.to.getTime()).toBeGreaterThan(restartAt);
    // The new list is not waited for when the API server is back.
    expect(gap.to.getTime()).toBeLessThan(backAt + 3_000);
    await expectNothingLost('lost-place', watch, events, writes, gap);
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
    await expect.poll(() => watch.state.lastError, { timeout: 20_000 }).toMatch(/^cannot reach /);
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
});

interface Write {
  name: string;
  resourceVersion: string;
}

/** Eight writers count up while the API server is killed, away for a second, and started again. */
async function throughKill(
  ns: string,
  beforeKill: (pause: () => Promise<void>) => Promise<void>,
): Promise<{
  events: WatchEvent[];
  watch: Watch;
  writes: Write[];
  killedAt: number;
  restartAt: number;
  backAt: number;
}> {
  await freshNamespace(ns);
  const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
  await Promise.all(names.map((name) => cluster.create(configMap(ns, name, { n: '0' }))));
  const watch = cluster.watch('v1/ConfigMap', { namespace: ns });
  const { events } = collect(watch);
  await watch.synced();
  const writes: Write[] = [];
  const broken: unknown[] = [];
  let stop = new AbortController();
  let paused = false;
  const count = async (name: string): Promise<void> => {
    for (let n = writes.length + 1; !stop.signal.aborted; n += 1) {
      await cluster
        .patch(refOf(configMap(ns, name)), { data: { n: String(n) } })
        .then((object) => writes.push({ name, resourceVersion: object.metadata.resourceVersion ?? '' }))
        // A write that was cut off may or may not have been carried out; the next one tells.
        .catch((error: unknown) => broken.push(error));
      await delay(15);
    }
  };
  let writers = Promise.all(names.map(count));
  await expect.poll(() => writes.length, { timeout: 30_000 }).toBeGreaterThan(100);
  await beforeKill(async () => {
    stop.abort();
    await writers;
    stop = new AbortController();
    paused = true;
  });
  const killedAt = Date.now();
  await api.killApi();
  await delay(1_000);
  const restartAt = Date.now();
  await api.startApi();
  const backAt = Date.now();
  // Those that were paused go on, the others were never stopped.
  if (paused) writers = Promise.all(names.map(count));
  // Until the watch is at work again and has heard of a write that came after.
  const marker = await cluster.create(configMap(ns, 'marker'));
  await expect
    .poll(() => watch.current().some((object) => object.metadata.uid === marker.metadata.uid), { timeout: 60_000 })
    .toBe(true);
  const sofar = writes.length;
  await expect.poll(() => writes.length, { timeout: 30_000 }).toBeGreaterThan(sofar + 100);
  stop.abort();
  await writers;
  expect(broken.filter((error) => !(error instanceof UnreachableError))).toEqual([]);
  return { events, watch, writes, killedAt, restartAt, backAt };
}

async function expectNothingLost(
  ns: string,
  watch: Watch,
  events: readonly WatchEvent[],
  writes: readonly Write[],
  gap: GapEvent | undefined,
): Promise<void> {
  await cluster.remove(refOf(configMap(ns, 'c7')));
  await expect.poll(() => watch.current().some((object) => object.metadata.name === 'c7')).toBe(false);
  // None twice.
  const told = objects(events).map(
    ({ type, object }) => `${type} ${object.metadata.name} ${object.metadata.resourceVersion}`,
  );
  expect(new Set(told).size).toBe(told.length);
  // None lost: every acknowledged write outside the gap was told.
  const toldVersions = new Set(objects(events).map((event) => event.object.metadata.resourceVersion));
  const inGap = (version: string): boolean =>
    gap !== undefined &&
    BigInt(version) > BigInt(gap.fromResourceVersion) &&
    BigInt(version) <= BigInt(gap.toResourceVersion);
  expect(writes.filter(({ resourceVersion }) => !toldVersions.has(resourceVersion) && !inGap(resourceVersion))).toEqual(
    [],
  );
  // Versions of an object only ever go up, and the picture is the truth.
  const byName = Map.groupBy(objects(events), (event) => event.object.metadata.uid);
  for (const history of byName.values()) {
    const versions = history
      .filter((event) => event.type !== 'DELETED')
      .map((event) => Number(event.object.metadata.resourceVersion));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  }
  const truth = await cluster.list('v1/ConfigMap', { namespace: ns }).all();
  const show = (list: readonly KubeObject[]): string[] =>
    list.map((object) => `${object.metadata.name} ${object.metadata.resourceVersion}`).toSorted();
  expect(show(watch.current())).toEqual(show(truth));
}
