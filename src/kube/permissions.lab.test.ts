import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiRig, refusal } from '../../test/api-rig.ts';
import type { LoneApiServer } from '../../test/lone-api-server.ts';
import type { Cluster } from './cluster.ts';
import { connect } from './connect.ts';
import * as errors from './error/api-error.ts';
import type { RequestRecord } from './http/observer.ts';

let rig: ApiRig;
let api: LoneApiServer;
let cluster: Cluster;

beforeAll(async () => {
  rig = await ApiRig.start();
  ({ api, cluster } = rig);
});

afterAll(async () => await rig?.[Symbol.asyncDispose]());

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
