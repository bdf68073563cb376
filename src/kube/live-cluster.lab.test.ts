import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoneApiServer } from '../../test/lone-api-server.ts';
import type { Whoami } from './access.ts';
import type { Cluster } from './cluster.ts';
import { connect } from './connect.ts';
import * as errors from './error/api-error.ts';
import type { RequestRecord } from './http/observer.ts';
import type { Page } from './list.ts';
import { type KubeObject, refOf } from './object.ts';

let api: LoneApiServer;
let cluster: Cluster;
let kubeconfig: string;
const records: RequestRecord[] = [];

beforeAll(async () => {
  // Compaction every 2 s makes continue tokens expire while a test waits.
  api = await LoneApiServer.start(['--etcd-compaction-interval=2s']);
  kubeconfig = await api.kubeconfigFor('admin', ['system:masters']);
  cluster = await connect({ kubeconfig, onRequest: (record) => records.push(record) });
  // No controller manager runs here: pods want this account.
  const metadata = { name: 'default', namespace: 'default' };
  await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
});

afterAll(async () => {
  await cluster?.close();
  await api?.[Symbol.asyncDispose]();
});

/** What a promise was rejected with, which must be of that class. */
async function refusal<E extends Error>(
  work: Promise<unknown>,
  type: abstract new (...args: never[]) => E,
): Promise<E> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(type);
  return error as E;
}

const configMap = (name: string, data: Record<string, string> = {}, namespace = 'default'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

async function namespace(name: string, labels: Record<string, string> = {}): Promise<string> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  // No controller manager runs here: pods want this account.
  await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
  return name;
}

const pod = (name: string, ns: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: ns },
  spec: { containers: [{ name: 'main', image: 'registry.example/none' }] },
});

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
    expect(waiting.metadata.deletionTimestamp).toBeDefined();
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
      .poll(async () => (await cluster.resources({ refresh: true })).find('plimsoll.dev/v1/Gang'))
      .toBeDefined();
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
    await namespace('long');
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
    expect(value).toBeDefined();
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

describe('who may do what', () => {
  it('forbids with the exact rule', async () => {
    const user = await connect({ kubeconfig: await api.kubeconfigFor('nobody', []) });
    const error = await refusal(user.list('v1/Pod', { namespace: 'default' }).all(), errors.ForbiddenError);
    expect(error.permission).toEqual({
      verb: 'list',
      group: '',
      resource: 'pods',
      namespace: 'default',
      name: undefined,
      nonResourcePath: undefined,
    });
    expect(error.user).toBe('nobody');
    expect(error.remedy).toBe(
      'let an administrator allow it with the rule: apiGroups [""], resources ["pods"], verbs ["list"]',
    );
    const log = await refusal(user.logs({ namespace: 'default', name: 'x' }), errors.ForbiddenError);
    expect(log.permission).toMatchObject({ verb: 'get', resource: 'pods/log', name: 'x' });
    const scale = await refusal(
      user.scale({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'd' }, 2),
      errors.ForbiddenError,
    );
    expect(scale.permission).toMatchObject({ verb: 'patch', group: 'apps', resource: 'deployments/scale' });
    const metrics = await refusal(user.request({ path: '/metrics' }), errors.ForbiddenError);
    expect(metrics.permission).toMatchObject({ verb: 'get', nonResourcePath: '/metrics' });
    const as = await refusal(user.with({ as: { user: 'admin' } }).whoami(), errors.ForbiddenError);
    expect(as.permission).toMatchObject({ verb: expect.stringMatching(/^impersonate/) as string });
    expect(as.remedy).toContain('impersonate');
    await user.close();
  });

  it('asks before it acts', async () => {
    const nobody = cluster.with({
      as: { user: 'jane', uid: 'u-1', groups: ['devs', 'qa'], extra: { Team: ['a', 'b'] } },
    });
    expect(await nobody.whoami()).toMatchObject({
      username: 'jane',
      uid: 'u-1',
      groups: ['devs', 'qa', 'system:authenticated'],
      extra: { team: ['a', 'b'] },
    });
    const question = { verb: 'create', resource: 'pods', namespace: 'default' };
    expect(await nobody.can(question)).toMatchObject({ allowed: false });
    expect(await cluster.can(question)).toMatchObject({ allowed: true });
    expect(await nobody.can({ verb: 'get', path: '/version' })).toMatchObject({ allowed: true });
    const rules = await nobody.rules('default');
    expect(rules.incomplete).toBe(false);
    expect(rules.resourceRules).toContainEqual(
      expect.objectContaining({ resources: expect.arrayContaining(['selfsubjectaccessreviews']) as string[] }),
    );
  });

  it('refuses to grant what the user does not hold', async () => {
    const roles = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['create'] };
    const rbac = 'rbac.authorization.k8s.io/v1';
    const metadata = { name: 'role-writer' };
    await cluster.create({ apiVersion: rbac, kind: 'ClusterRole', metadata, rules: [roles] });
    await cluster.create({
      apiVersion: rbac,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'role-writer' },
      subjects: [{ kind: 'User', name: 'writer', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    const writer = cluster.with({ as: { user: 'writer' } });
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const role = { apiVersion: rbac, kind: 'Role', metadata: { name: 'more', namespace: 'default' }, rules };
    const error = await refusal(writer.create(role), errors.ForbiddenError);
    expect(error.message).toContain('attempting to grant RBAC permissions');
  });

  it('tells an expired token from a wrong one, and renews from a file', async () => {
    const account = await cluster.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot', namespace: 'default' },
    });
    const uid = account.metadata.uid ?? '';
    const write = (user: unknown): string => {
      const file = join(api.directory, `robot-${Math.random()}.kubeconfig`);
      const ca = join(api.pki, 'ca.crt');
      const config = {
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
        clusters: [{ name: 'k', cluster: { server: api.url, 'certificate-authority': ca } }],
        users: [{ name: 'u', user }],
      };
      writeFileSync(file, JSON.stringify(config));
      return file;
    };
    const expired = await connect({ kubeconfig: write({ token: api.token('default', 'robot', uid, -60) }) });
    const error = await refusal(expired.whoami(), errors.UnauthenticatedError);
    expect(error.message).toMatch(/a bearer token of system:serviceaccount:default:robot \(EXPIRED 20/);
    await expired.close();

    const tokenFile = join(api.directory, 'token');
    writeFileSync(tokenFile, `${api.token('default', 'robot', uid, 3600)}\n`);
    const robot = await connect({ kubeconfig: write({ tokenFile: './token', as: undefined }) });
    expect((await robot.whoami()).username).toBe('system:serviceaccount:default:robot');
    await robot.close();

    // A file that held an expired token and was written anew since: one 401, one renewal, and nobody notices.
    writeFileSync(tokenFile, api.token('default', 'robot', uid, -60));
    const seen: RequestRecord[] = [];
    const rotated = await connect({ kubeconfig: write({ tokenFile }), onRequest: (record) => seen.push(record) });
    await refusal(rotated.whoami(), errors.UnauthenticatedError);
    writeFileSync(tokenFile, api.token('default', 'robot', uid, 3600));
    expect((await rotated.whoami()).username).toBe('system:serviceaccount:default:robot');
    expect(seen.map((record) => record.status)).toEqual([401, 401, 201]);
    await rotated.close();
  });
});

describe('admission', () => {
  it('names pod security, quota, policies and a dying namespace', async () => {
    await namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    const security = await refusal(cluster.create(pod('p', 'strict')), errors.AdmissionDeniedError);
    expect(security.by).toBe('PodSecurity');
    expect(security.message).toContain('allowPrivilegeEscalation');

    await namespace('poor');
    await cluster.create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace: 'poor' },
      spec: { hard: { pods: '0' } },
    });
    // No controller counts here, so do it by hand.
    await cluster.patch(
      { apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'poor', name: 'none' },
      { status: { hard: { pods: '0' }, used: { pods: '0' } } },
      { subresource: 'status' },
    );
    await expect
      .poll(async () => (await refusal(cluster.create(pod('p', 'poor')), errors.AdmissionDeniedError)).said)
      .toContain('exceeded quota: none');
    expect((await refusal(cluster.create(pod('p', 'poor')), errors.AdmissionDeniedError)).by).toBe('ResourceQuota');

    const admission = 'admissionregistration.k8s.io/v1';
    await cluster.create({
      apiVersion: admission,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'no-bad-names' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        },
        validations: [{ expression: "object.metadata.name != 'bad'", message: 'no bad names' }],
      },
    });
    await cluster.create({
      apiVersion: admission,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'no-bad-names' },
      spec: { policyName: 'no-bad-names', validationActions: ['Deny'] },
    });
    let policy: unknown;
    await expect
      .poll(
        async () => {
          policy = await cluster.create(configMap('bad'), { dryRun: true }).catch((error: unknown) => error);
          return policy;
        },
        { timeout: 10_000 },
      )
      .toBeInstanceOf(errors.AdmissionDeniedError);
    expect(policy).toMatchObject({ by: 'policy no-bad-names', code: 'admission-denied' });

    await namespace('dying');
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'dying' });
    const dying = await refusal(cluster.create(configMap('late', {}, 'dying')), errors.AdmissionDeniedError);
    expect(dying.by).toBe('namespace is terminating');
  });

  it('says when a webhook does not answer', async () => {
    await cluster.create({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'dead' },
      webhooks: [
        {
          name: 'dead.plimsoll.dev',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          timeoutSeconds: 1,
          clientConfig: { url: 'https://127.0.0.1:9/nobody' },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['endpoints'] }],
        },
      ],
    });
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'e', namespace: 'default' } };
    await expect
      .poll(async () => await cluster.create(endpoints, { dryRun: true }).catch((error: unknown) => error))
      .toBeInstanceOf(errors.ServerError);
    const error = await refusal(cluster.create(endpoints, { dryRun: true }), errors.ServerError);
    expect(error.message).toContain('failed calling webhook "dead.plimsoll.dev"');
  });
});

describe('limits', () => {
  it('waits out throttling within the deadline, and says so past it', async () => {
    const flow = 'flowcontrol.apiserver.k8s.io/v1';
    await cluster.apply({
      apiVersion: flow,
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'jail' },
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 0,
          lendablePercent: 0,
          borrowingLimitPercent: 0,
          limitResponse: { type: 'Reject' },
        },
      },
    });
    await cluster.apply({
      apiVersion: flow,
      kind: 'FlowSchema',
      metadata: { name: 'jail' },
      spec: {
        priorityLevelConfiguration: { name: 'jail' },
        matchingPrecedence: 2,
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'convict' } }],
            resourceRules: [
              { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true },
            ],
          },
        ],
      },
    });
    // This level lets one request in at a time and turns the others away.
    const convict = cluster.with({ as: { user: 'convict' } });
    const crowd = (options: { timeoutMs: number }, onRequest: (record: RequestRecord) => void): Promise<Whoami>[] =>
      Array.from({ length: 30 }, () => convict.with({ onRequest }).whoami(options));
    let hasty: PromiseSettledResult<Whoami>[] = [];
    await expect
      .poll(async () => {
        hasty = await Promise.allSettled(crowd({ timeoutMs: 900 }, () => {}));
        return hasty.filter((result) => result.status === 'rejected').length;
      })
      .toBeGreaterThan(0);
    // Retry-After is a second, the deadline sooner: no use waiting.
    const turnedAway = hasty.find((result) => result.status === 'rejected');
    expect(turnedAway?.reason).toMatchObject({ code: 'throttled', status: 429, retryAfterSeconds: 1 });

    // A crowd may happen to come one by one: it is sent until somebody of it was turned away.
    let seen: RequestRecord[] = [];
    let before = 0;
    let answers: Whoami[] = [];
    await expect
      .poll(
        async () => {
          seen = [];
          before = cluster.stats.retries;
          answers = await Promise.all(crowd({ timeoutMs: 30_000 }, (record) => seen.push(record)));
          return seen.filter((record) => record.status === 429).length;
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(0);
    expect(answers.map((answer) => answer.username)).toEqual(Array.from({ length: 30 }, () => 'convict'));
    const refused = seen.filter((record) => record.status === 429);
    expect(refused.every((record) => record.error === 'throttled' && record.as === 'convict')).toBe(true);
    expect(cluster.stats.retries - before).toBe(refused.length);
    expect(seen.filter((record) => record.status === 201)).toHaveLength(30);
  });

  it('ends at the deadline and at the signal', async () => {
    const slow = await refusal(
      cluster.request({ path: '/api/v1/namespaces?watch=true&timeoutSeconds=30', timeoutMs: 300 }),
      errors.TimeoutError,
    );
    expect(slow).toMatchObject({ code: 'timeout', by: 'client' });
    expect(slow.message).toContain('within 0.3 s');
    const reason = new Error('the person pressed Ctrl-C');
    const stop = new AbortController();
    const request = cluster.request({ path: '/api/v1/namespaces?watch=true&timeoutSeconds=30', signal: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await expect(request).rejects.toBe(reason);
  });

  it('proxies, with the errors of the API server apart from the program’s', async () => {
    const at = { namespace: 'default', port: 80, path: '/x?y=1' };
    await refusal(cluster.proxy({ ...at, pod: 'nothing' }), errors.NotFoundError);
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'nothing', namespace: 'default' },
      spec: { clusterIP: 'None', ports: [{ name: 'web', port: 80 }] },
    });
    const error = await refusal(cluster.proxy({ ...at, service: 'nothing' }), errors.ServerError);
    expect(error.message).toContain('no endpoints available for service');
  });
});
