import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiRig, configMap, pod, refusal } from '../../test/api-rig.ts';
import type { Cluster } from './cluster.ts';
import * as errors from './error/api-error.ts';
import type { RequestRecord } from './http/observer.ts';
import type { Page } from './list.ts';
import { refOf } from './object.ts';

let rig: ApiRig;
let cluster: Cluster;
let records: RequestRecord[];

beforeAll(async () => {
  // Compaction every 2 s makes continue tokens expire while a test waits.
  rig = await ApiRig.start(['--etcd-compaction-interval=2s']);
  ({ cluster, records } = rig);
});

afterAll(async () => await rig?.[Symbol.asyncDispose]());

describe('objects', () => {
  it('creates, reads, finds, patches, replaces and removes', async () => {
    const made = await cluster.create(configMap('crud', { a: '1' }));
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    const ref = refOf(made);
    expect((await cluster.get(ref))['data']).toEqual({ a: '1' });

    const merged = await cluster.patch(ref, { data: { b: '2' } });
    expect(merged['data']).toEqual({ a: '1', b: '2' });
    const edited = await cluster.patch(ref, [{ op: 'remove', path: '/data/a' }], { type: 'json' });
    expect(edited['data']).toEqual({ b: '2' });
    const replaced = await cluster.replace({ ...edited, data: { c: '3' } });
    expect(replaced['data']).toEqual({ c: '3' });
    const stale = await refusal(cluster.replace({ ...edited, data: {} }), errors.ConflictError);
    expect(stale.owners).toEqual([]);
    expect(stale.said).toContain('the object has been modified');

    await cluster.remove(ref);
    expect(await cluster.find(ref)).toBeUndefined();
    const gone = await refusal(cluster.get(ref), errors.NotFoundError);
    expect(gone).toMatchObject({ code: 'not-found', status: 404, method: 'GET' });
  });

  it('removes by uid only the object that was meant', async () => {
    const first = await cluster.create(configMap('twice'));
    await cluster.remove(refOf(first), { uid: first.metadata.uid ?? '' });
    const second = await cluster.create(configMap('twice'));
    const error = await refusal(cluster.remove(refOf(second), { uid: first.metadata.uid ?? '' }), errors.ConflictError);
    expect(error.said).toContain('precondition');
    expect((await cluster.get(refOf(second))).metadata.uid).toBe(second.metadata.uid);
    await cluster.remove(refOf(second), { uid: second.metadata.uid ?? '' });
  });

  it('passes the propagation policy on', async () => {
    const held = await cluster.create(configMap('held'));
    await cluster.remove(refOf(held), { propagation: 'Foreground' });
    const waiting = await cluster.get(refOf(held));
    expect(waiting.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(waiting.metadata.deletionTimestamp).toMatch(/^\d{4}-\d\d-\d\dT/);
    await cluster.patch(refOf(held), { metadata: { finalizers: null } });
    expect(await cluster.find(refOf(held))).toBeUndefined();
  });

  it('removes a collection by selector', async () => {
    for (const [name, part] of Object.entries({ one: 'a', two: 'a', three: 'b' })) {
      const object = configMap(name);
      await cluster.create({ ...object, metadata: { ...object.metadata, labels: { part } } });
    }
    await cluster.removeAll('v1/ConfigMap', { namespace: 'default', labels: 'part=a' });
    const left = await cluster.list('v1/ConfigMap', { namespace: 'default', labels: 'part' }).all();
    expect(left.map((object) => object.metadata.name)).toEqual(['three']);
  });

  it('applies, and names the manager in a conflict', async () => {
    const mine = await cluster.apply(configMap('shared', { key: 'mine' }), { manager: 'first' });
    expect(mine['data']).toEqual({ key: 'mine' });
    const error = await refusal(
      cluster.apply(configMap('shared', { key: 'other' }), { manager: 'second' }),
      errors.ConflictError,
    );
    expect(error.owners).toEqual([{ manager: 'first', field: '.data.key' }]);
    expect(error.message).toContain('held by first');
    const taken = await cluster.apply(configMap('shared', { key: 'other' }), { manager: 'second', force: true });
    expect(taken['data']).toEqual({ key: 'other' });
    // What was read can be applied again, managed fields and all.
    const { resourceVersion: _, ...metadata } = taken.metadata;
    await cluster.apply({ ...taken, metadata }, { manager: 'second', force: true });
  });

  it('says what is wrong with an object', async () => {
    const bad = await refusal(
      cluster.create({ ...pod('bad', 'default'), spec: { containers: [] } }),
      errors.InvalidError,
    );
    expect(bad.causes).toEqual([expect.objectContaining({ field: 'spec.containers', reason: 'FieldValueRequired' })]);
    const typo = await refusal(
      cluster.create({ ...configMap('typo'), dat: {} }, { fieldValidation: 'Strict' }),
      errors.InvalidError,
    );
    expect(typo.said).toContain('unknown field "dat"');
    await refusal(cluster.create({ ...configMap('shared') }), errors.AlreadyExistsError);
    const nowhere = await refusal(cluster.create(configMap('x', {}, 'no-such')), errors.NotFoundError);
    expect(nowhere.said).toContain('namespaces "no-such" not found');
  });

  it('records warnings, and dry runs leave nothing', async () => {
    records.length = 0;
    await cluster.create({ ...configMap('dry'), dat: {} }, { dryRun: true });
    expect(records.at(-1)).toMatchObject({
      method: 'POST',
      status: 201,
      warnings: ['unknown field "dat"'],
      attempt: 1,
    });
    expect(await cluster.find(refOf(configMap('dry')))).toBeUndefined();
  });

  it('writes status and scale, and keeps fields that no type knows', async () => {
    const name = 'gangs.plimsoll.dev';
    await cluster.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: {
        group: 'plimsoll.dev',
        scope: 'Namespaced',
        names: { plural: 'gangs', singular: 'gang', kind: 'Gang', listKind: 'GangList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            subresources: {
              status: {},
              scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
            },
          },
        ],
      },
    });
    // Discovery learns of it by itself: the kind was not there when it was asked first.
    await expect
      .poll(async () => (await cluster.resources({ refresh: true })).find('plimsoll.dev/v1/Gang')?.plural)
      .toBe('gangs');
    const gang = await cluster.create({
      apiVersion: 'plimsoll.dev/v1',
      kind: 'Gang',
      metadata: { name: 'g', namespace: 'default' },
      spec: { replicas: 1, nobody: { knows: [1, 2.5, null, 'x'] } },
    });
    const ref = refOf(gang);
    await cluster.patch(ref, { status: { replicas: 1 } }, { subresource: 'status' });
    await cluster.scale(ref, 3);
    const now = await cluster.get(ref);
    expect(now['spec']).toEqual({ replicas: 3, nobody: { knows: [1, 2.5, null, 'x'] } });
    expect(now['status']).toEqual({ replicas: 1 });
    expect((await cluster.get(ref, { subresource: 'scale' })).kind).toBe('Scale');
    for (let index = 0; index < 7; index += 1) {
      await cluster.create({ ...gang, metadata: { name: `g${index}`, namespace: 'default' } });
    }
    // Custom resources name the continue token after the items.
    const pages: Page[] = [];
    for await (const page of cluster.list('plimsoll.dev/v1/Gang', { pageSize: 3 }).pages()) pages.push(page);
    expect(pages.map((page) => page.items.length)).toEqual([3, 3, 2]);
    expect(pages[0]?.items[0]).toMatchObject({ apiVersion: 'plimsoll.dev/v1', kind: 'Gang', spec: now['spec'] });
    const bare = await cluster.list('plimsoll.dev/v1/Gang', { metadataOnly: true }).all();
    expect(bare[0]).toMatchObject({ kind: 'Gang', metadata: { name: 'g' } });
    expect(bare[0]).not.toHaveProperty('spec');
    await cluster.remove({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name });
  });

  it('says which versions there are of a kind that is not served', async () => {
    const error = await refusal(cluster.list('apps/v1beta7/Deployment').all(), errors.ApiMissingError);
    expect(error.message).toBe('the API server does not serve Deployment in apps/v1beta7, only in apps/v1');
    const raw = await refusal(cluster.request({ path: '/apis/nothing.example/v1/things' }), errors.ApiMissingError);
    expect(raw.message).toContain('does not serve things.nothing.example');
  });
});

describe('long lists', () => {
  beforeAll(async () => {
    await rig.namespace('long');
    await Promise.all(Array.from({ length: 60 }, (_, index) => cluster.create(configMap(`c${index}`, {}, 'long'))));
  });

  it('asks for the next page before this one is read, and gives every object once', async () => {
    records.length = 0;
    const list = cluster.list('v1/ConfigMap', { namespace: 'long', pageSize: 20 });
    const pages = list.pages()[Symbol.asyncIterator]();
    const first = await pages.next();
    expect(first.value).toMatchObject({ remaining: 40 });
    await expect.poll(() => records.length).toBe(2);
    const items = await list.all();
    expect(new Set(items.map((item) => item.metadata.uid)).size).toBe(60);
    expect(items.every((item) => item.kind === 'ConfigMap' && item.apiVersion === 'v1')).toBe(true);
    await pages.return?.(undefined);
  });

  it('throws gone when a token expired under way, and all() starts anew', { timeout: 60_000 }, async () => {
    const list = cluster.list('v1/ConfigMap', { namespace: 'long', pageSize: 20 });
    const pages = list.pages()[Symbol.asyncIterator]();
    const { value } = await pages.next();
    const token = (await cluster.request({ path: '/api/v1/namespaces/long/configmaps', query: { limit: 20 } })).body;
    const stale = (token as { metadata: { continue: string } }).metadata.continue;
    expect((value as Page).items).toHaveLength(20);
    // Two compactions after a write have passed when the token is refused.
    await expect
      .poll(
        async () => {
          await cluster.patch(refOf(configMap('c0', {}, 'long')), { data: { now: String(Date.now()) } });
          return await cluster
            .request({ path: '/api/v1/namespaces/long/configmaps', query: { limit: 20, continue: stale } })
            .then(() => 'served')
            .catch((error: unknown) => (error as errors.ApiError).code);
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe('gone');
    // The second page was asked for early; the third one is too late.
    await pages.next();
    await refusal(pages.next(), errors.GoneError);
    expect(await list.all()).toHaveLength(60);
  });
});
