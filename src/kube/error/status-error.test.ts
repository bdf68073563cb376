import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ApiError, ConflictError, ForbiddenError, InvalidError, ThrottledError } from './api-error.ts';
import { type Refusal, statusError } from './status-error.ts';

/** Answers of a real API server (1.37.2), one for each way to be refused. */
const answers = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/statuses-1.37.2.json'), 'utf8')) as Record<
  string,
  Refusal
>;

function errorOf(name: string, change: Partial<Refusal> = {}): ApiError {
  const answer = answers[name];
  if (answer === undefined) throw new Error(`no recorded answer ${name}`);
  const credential = 'the client certificate CN=me (EXPIRED 2026-01-01T00:00:00.000Z)';
  return statusError({ ...answer, retryAfterSeconds: undefined, credential, ...change });
}

describe('statusError', () => {
  it('gives each real answer its code', () => {
    const codes = Object.fromEntries(Object.keys(answers).map((name) => [name, errorOf(name).code]));
    expect(codes).toEqual({
      'not-found': 'not-found',
      'no-such-path': 'api-missing',
      'no-such-resource': 'api-missing',
      'already-exists': 'already-exists',
      'apply-conflict': 'conflict',
      'update-conflict': 'conflict',
      'uid-precondition': 'conflict',
      invalid: 'invalid',
      strict: 'invalid',
      undecodable: 'invalid',
      'not-json': 'invalid',
      'unsupported-media': 'bad-request',
      'not-acceptable': 'bad-request',
      'method-not-allowed': 'bad-request',
      'forbidden-list': 'forbidden',
      'forbidden-watch-all': 'forbidden',
      'forbidden-subresource': 'forbidden',
      'forbidden-path': 'forbidden',
      'forbidden-impersonate': 'forbidden',
      'pod-security': 'admission-denied',
      'no-service-account': 'admission-denied',
      'no-priority-class': 'admission-denied',
      'no-runtime-class': 'admission-denied',
      'quota-exceeded': 'admission-denied',
      'limit-range': 'admission-denied',
      terminating: 'admission-denied',
      'no-endpoints': 'server-error',
      unauthenticated: 'unauthenticated',
      'gone-continue': 'gone',
      'too-large-resource-version': 'timeout',
    });
  });

  it('names who refused', () => {
    const by = (name: string): unknown => (errorOf(name) as { by?: unknown }).by;
    expect(by('pod-security')).toBe('PodSecurity');
    expect(by('no-service-account')).toBe('ServiceAccount');
    expect(by('no-priority-class')).toBe('Priority');
    expect(by('no-runtime-class')).toBe('RuntimeClass');
    expect(by('quota-exceeded')).toBe('ResourceQuota');
    expect(by('limit-range')).toBe('LimitRanger');
    expect(by('terminating')).toBe('namespace is terminating');
  });

  it('knows a webhook’s and a policy’s refusal whatever status they chose', () => {
    const status = (code: number, message: string): ApiError =>
      errorOf('not-found', {
        status: code,
        body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Forbidden', code },
      });
    for (const code of [400, 403, 422, 418]) {
      expect(status(code, 'admission webhook "v.kueue.x-k8s.io" denied the request: no queue')).toMatchObject({
        code: 'admission-denied',
        by: 'webhook v.kueue.x-k8s.io',
      });
    }
    const policy = `pods "p" is forbidden: ValidatingAdmissionPolicy 'no-gpus' with binding 'all' denied request: no`;
    expect(status(422, policy)).toMatchObject({ code: 'admission-denied', by: 'policy no-gpus' });
  });

  it('gives the missing rule, also of impersonation', () => {
    const permission = (name: string): unknown => (errorOf(name) as ForbiddenError).permission;
    const none = { name: undefined, nonResourcePath: undefined };
    expect(permission('forbidden-list')).toEqual({
      ...none,
      verb: 'list',
      group: 'apps',
      resource: 'deployments',
      namespace: 'default',
    });
    expect(permission('forbidden-watch-all')).toEqual({
      ...none,
      verb: 'watch',
      group: '',
      resource: 'pods',
      namespace: undefined,
    });
    expect(permission('forbidden-subresource')).toMatchObject({ verb: 'get', resource: 'pods/log', name: 'web' });
    expect(permission('forbidden-path')).toMatchObject({ verb: 'get', nonResourcePath: '/metrics' });
    const as = errorOf('forbidden-impersonate') as ForbiddenError;
    expect(as.permission).toMatchObject({ verb: 'impersonate-on:user-info:get', nonResourcePath: '/version' });
    expect(as.user).toBe('nobody');
    expect(as.remedy).toContain('or the verb impersonate on users');
  });

  it('writes messages that name the thing and tell what to do', () => {
    expect(errorOf('forbidden-list').message).toMatchInlineSnapshot(
      `"not allowed to list deployments in API group apps in namespace default as nobody"`,
    );
    expect(errorOf('forbidden-list').remedy).toMatchInlineSnapshot(
      `"let an administrator allow it with the rule: apiGroups ["apps"], resources ["deployments"], verbs ["list"]"`,
    );
    expect(errorOf('no-such-path').message).toMatchInlineSnapshot(
      `"GET /apis/nothing.example/v1/things: the API server does not serve things.nothing.example"`,
    );
    expect(errorOf('apply-conflict').message).toMatchInlineSnapshot(
      `"Apply failed with 1 conflict: conflict with "first": .data.k (held by first)"`,
    );
    expect(errorOf('unauthenticated').message).toMatchInlineSnapshot(
      `"the API server does not accept our credential: we showed the client certificate CN=me (EXPIRED 2026-01-01T00:00:00.000Z)"`,
    );
    expect(errorOf('quota-exceeded').message).toMatchInlineSnapshot(
      `"refused by ResourceQuota: pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0"`,
    );
  });

  it('keeps owners, causes and the request', () => {
    expect((errorOf('apply-conflict') as ConflictError).owners).toEqual([{ manager: 'first', field: '.data.k' }]);
    expect((errorOf('uid-precondition') as ConflictError).owners).toEqual([]);
    expect((errorOf('invalid') as InvalidError).causes.map((cause) => cause.field)).toEqual([
      'spec.containers[0].name',
      'spec.containers[0].image',
    ]);
    expect(errorOf('not-found')).toMatchObject({ status: 404, method: 'GET', said: 'configmaps "none" not found' });
  });

  it('takes Retry-After from the header or the body', () => {
    const throttled = (change: Partial<Refusal>): ThrottledError =>
      errorOf('not-found', { status: 429, ...change }) as ThrottledError;
    expect(throttled({ retryAfterSeconds: 7 }).retryAfterSeconds).toBe(7);
    const body = { kind: 'Status', apiVersion: 'v1', message: 'm', reason: 'r', details: { retryAfterSeconds: 3 } };
    expect(throttled({ body }).retryAfterSeconds).toBe(3);
    expect(throttled({ body: undefined, text: 'Too many requests' }).said).toBe('Too many requests');
  });

  it('takes a missing metric for a missing thing, not for a missing API', () => {
    const message = 'the server could not find the metric http_requests for pods';
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'NotFound', code: 404 };
    expect(errorOf('not-found', { body }).code).toBe('not-found');
  });

  it('copes with answers that are no Status: a balancer’s page, an empty body', () => {
    const page = errorOf('not-found', { status: 502, body: undefined, text: '<html>\n<h1>Bad gateway</h1>' });
    expect(page).toMatchObject({ code: 'server-error', said: '<html>' });
    expect(errorOf('not-found', { status: 418, body: undefined, text: '' }).message).toContain('HTTP 418');
  });
});
