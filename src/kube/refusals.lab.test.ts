import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiRig, configMap, pod, refusal } from '../../test/api-rig.ts';
import type { Whoami } from './access.ts';
import type { Cluster } from './cluster.ts';
import * as errors from './error/api-error.ts';
import type { RequestRecord } from './http/observer.ts';

let rig: ApiRig;
let cluster: Cluster;

beforeAll(async () => {
  rig = await ApiRig.start();
  ({ cluster } = rig);
});

afterAll(async () => await rig?.[Symbol.asyncDispose]());

describe('admission', () => {
  it('names pod security, quota, policies and a dying namespace', async () => {
    await rig.namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    const security = await refusal(cluster.create(pod('p', 'strict')), errors.AdmissionDeniedError);
    expect(security.by).toBe('PodSecurity');
    expect(security.message).toContain('allowPrivilegeEscalation');

    await rig.namespace('poor');
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

    await rig.namespace('dying');
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
    let turnedAway: unknown[] = [];
    await expect
      .poll(async () => {
        const hasty = await Promise.allSettled(crowd({ timeoutMs: 900 }, () => {}));
        // Others may be late on a busy machine.
        turnedAway = hasty.flatMap((one) =>
          one.status === 'rejected' && one.reason instanceof errors.ThrottledError ? [one.reason] : [],
        );
        return turnedAway.length;
      })
      .toBeGreaterThan(0);
    // Retry-After is a second, the deadline sooner: no use waiting.
    expect(turnedAway[0]).toMatchObject({ code: 'throttled', status: 429, retryAfterSeconds: 1 });

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
