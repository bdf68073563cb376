import { describe, expect, it } from 'vitest';
import { inconclusive, interrupted, overBudget } from '../../case-kit/stop.ts';
import {
  AdmissionDeniedError,
  ApiError,
  ForbiddenError,
  InvalidError,
  NotFoundError,
  ServerError,
  ThrottledError,
  UnreachableError,
} from '../../kube/error/api-error.ts';
import { certainlyNotDone, isAnswer, whyStopped } from './why-stopped.ts';

const permission = {
  verb: 'create',
  group: '',
  resource: 'pods',
  namespace: 'n',
  name: undefined,
  nonResourcePath: undefined,
};
const rbac = new ForbiddenError('not allowed', 'rule', {
  status: 403,
  said: 'User "x" cannot create resource "pods"',
  permission,
  user: 'x',
});
const other403 = new ForbiddenError('no', 'rule', {
  status: 403,
  said: 'admin access needs a label',
  permission,
  user: undefined,
});
const quota = new AdmissionDeniedError('refused', 'see', {
  status: 403,
  said: 'exceeded quota: team',
  by: 'ResourceQuota',
});
const webhook = new AdmissionDeniedError('refused', 'see', {
  status: 400,
  said: 'admission webhook "x" denied the request: no',
  by: 'webhook x',
});
const invalid = new InvalidError('bad', 'correct', { status: 422, said: 'bad', causes: [] });
const gone = new NotFoundError('no such', 'look', { status: 404 });
const away = new UnreachableError('away', 'check', { maybeDone: true });
const busy = new ThrottledError('busy', 'wait', { status: 429, retryAfterSeconds: 1 });
const broken = new ServerError('500', 'look', { status: 500 });

describe('why an act stopped', () => {
  it.each([
    ['Ctrl-C', interrupted(), 'interrupted'],
    ['its budget', overBudget('act', '10 m'), 'environment'],
    ['its own word', inconclusive('capacity', 'too small', 'more'), 'capacity'],
    ['RBAC', rbac, 'permission'],
    ['a quota', quota, 'environment'],
    ['a webhook', webhook, 'environment'],
    ['an object that this cluster does not take', invalid, 'environment'],
    ['an object that vanished', gone, 'environment'],
    ['an API server that is away', away, 'environment'],
    ['an error that nobody planned for', new TypeError('x is undefined'), 'ours'],
    ['something thrown that is no error', 'oops', 'ours'],
  ])('%s', (_name, error, why) => {
    expect(whyStopped(error)).toMatchObject({ class: why });
  });

  it('keeps the exact rule as the remedy of a missing permission, and names the quota', () => {
    expect(whyStopped(rbac).remedy).toBe('rule');
    expect(whyStopped(quota).message).toContain('the quota team refuses what the case asked for');
  });
});

describe('an answer to what was asked', () => {
  it('is a refusal on the merits, not one that says nothing about the platform', () => {
    expect([quota, webhook, invalid, gone, other403].map(isAnswer)).toEqual([true, true, true, true, true]);
    expect([rbac, away, busy, broken, new Error('x')].map(isAnswer)).toEqual([false, false, false, false, false]);
  });
});

describe('a create that failed', () => {
  it('was certainly not done only when the API server said no', () => {
    expect([quota, invalid, rbac, busy].map(certainlyNotDone)).toEqual([true, true, true, true]);
    expect([away, broken, new ApiError('timeout', 'x', 'y')].map(certainlyNotDone)).toEqual([false, false, false]);
  });
});
