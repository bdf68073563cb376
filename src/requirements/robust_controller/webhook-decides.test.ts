import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { WIDGETS } from './testing/operator-story.ts';
import { webhookDecides as CASE, type OwnWebhook, ownWebhooks, readyEndpoints } from './webhook-decides.ts';

const HOOK: OwnWebhook = {
  name: 'vwidget.example.com',
  configuration: 'widgets',
  type: 'validating',
  failurePolicy: 'Fail',
  operations: ['CREATE', 'UPDATE'],
  service: 'widgets/webhook',
};
const DENIED = 'admission webhook "vwidget.example.com" denied the request: spec.size: must be above 0';
const UNREACHABLE = 'failed calling webhook "vwidget.example.com": no endpoints available for service "webhook"';
const RBAC = 'widgets.example.com is forbidden: User "x" cannot create resource "widgets" in API group "example.com"';

interface Answer {
  status: number;
  message?: string;
  spec?: Record<string, unknown>;
}

const taken = (spec: Record<string, unknown>): Answer => ({ status: 201, spec });
const refused = (status: number, message: string): Answer => ({ status, message });

function told(
  story: {
    own?: readonly OwnWebhook[];
    valid?: Answer;
    invalid?: Answer;
    update?: Answer;
    invalidUpdate?: Answer;
    read?: number;
    expected?: boolean;
    cutOff?: boolean;
  } = {},
): string {
  const params = {
    ...WIDGETS,
    profile: { ...WIDGETS.profile, webhook: { ...WIDGETS.profile.webhook, expected: story.expected ?? true } },
  };
  const script = new ScriptedTimeline({ params });
  const answer = (name: string, { status, message, spec }: Answer): unknown =>
    script.answer({
      name,
      status,
      body: message === undefined ? { kind: 'Widget', spec } : { kind: 'Status', message },
    });
  script.mark('webhooks', { own: story.own ?? [HOOK], endpoints: { 'widgets/webhook': 1 } });
  answer('valid', story.valid ?? taken({ size: 2, color: 'grey' }));
  answer('invalid 0', story.invalid ?? refused(403, DENIED));
  script.mark('creating tried');
  if (story.cutOff === true)
    return resultOf(CASE, script.end({ how: 'aborted', class: 'interrupted', message: 'Ctrl-C' }));
  answer('valid update', story.update ?? taken({ size: 2 }));
  answer('invalid update 0', story.invalidUpdate ?? refused(403, DENIED));
  answer('read v1', { status: story.read ?? 200, spec: {} });
  return resultOf(CASE, script.mark('tried').completed());
}

describe('webhook-decides', () => {
  it('passes when the webhook takes what is valid and refuses in its own name what is not', () => {
    expect(told()).toBe('pass');
    expect(told({ invalid: refused(422, DENIED) })).toBe('pass');
  });

  it.each([
    [
      'M1 its webhook is down and ignored',
      { own: [{ ...HOOK, failurePolicy: 'Ignore' }], invalid: taken({ size: 0 }) },
      'a webhook that is down is ignored',
    ],
    ['M2 its webhook is down', { valid: refused(500, UNREACHABLE) }, 'cannot be asked'],
    ['its webhook is down for the second request', { invalid: refused(500, UNREACHABLE) }, 'cannot be asked'],
    ['no webhook is registered, although it comes with one', { own: [], invalid: taken({ size: 0 }) }, 'is registered'],
    ['M4 wrong certificate', { valid: refused(500, `${UNREACHABLE} x509: certificate has expired`) }, 'x509'],
    ['its webhook takes everything', { invalid: taken({ size: 0 }) }, 'the webhook lets it pass'],
    ['its webhook refuses everything', { valid: refused(403, DENIED) }, 'a valid object is refused'],
    [
      'its mutating webhook fills in nothing',
      { own: [HOOK, { ...HOOK, type: 'mutating' }], valid: taken({ size: 2 }) },
      'missing',
    ],
    [
      'M11 it is not asked on UPDATE',
      { own: [{ ...HOOK, operations: ['CREATE'] }], invalidUpdate: taken({ size: 1 }) },
      'no webhook is asked on UPDATE',
    ],
    ['M8 a version that is served cannot be read', { read: 500 }, 'cannot be read in v1'],
  ] as const)('fails: %s', (_name, story, why) => {
    const said = told(story as Parameters<typeof told>[0]);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each([
    ['M3 the schema refuses it, no webhook', { invalid: refused(422, 'spec.size: Invalid value: 0') }, 'not-found'],
    [
      'M3 an operator that has no webhooks',
      { own: [], expected: false, invalid: taken({ size: 0 }), invalidUpdate: taken({ size: 1 }) },
      'not-found',
    ],
    ['M12 RBAC refuses it', { invalid: refused(403, RBAC) }, 'permission'],
    ['the version installed does not know the field', { invalid: taken({}) }, 'not-found'],
    ['the schema refuses the valid object', { valid: refused(422, 'spec.weight: Required value') }, 'not-found'],
    ['throttled', { invalid: refused(429, 'too many requests') }, 'environment'],
    [
      "a policy engine's webhook refuses both",
      { own: [HOOK], valid: refused(403, 'admission webhook "policy" denied the request') },
      'environment',
    ],
    [
      'a policy refuses it instead',
      { invalid: refused(422, 'ValidatingAdmissionPolicy "p" denied request') },
      'environment',
    ],
    ['interrupted', { cutOff: true }, 'interrupted'],
  ] as const)('cannot know: %s', (_name, story, why) => {
    expect(told(story as Parameters<typeof told>[0])).toMatch(new RegExp(`^inconclusive \\(${why}\\): `));
  });

  it("never takes another's refusal for the operator's own, even without webhooks of its own", () => {
    const foreign = {
      own: [],
      expected: false,
      invalid: refused(403, 'admission webhook "policy" denied the request'),
    };
    expect(told(foreign)).toMatch(/^inconclusive \(environment\): /);
  });
});

describe('webhooks of the operator', () => {
  const rule = { apiGroups: ['example.com'], resources: ['widgets'], operations: ['CREATE'] };
  const webhook = (namespace: string, rules: unknown[]): unknown => ({
    name: 'v',
    rules,
    clientConfig: { service: { namespace, name: 'webhook' } },
  });
  const of = (...webhooks: unknown[]): OwnWebhook[] =>
    ownWebhooks(
      [{ apiVersion: 'v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'c' }, webhooks }],
      WIDGETS,
    );

  it('name its group and are served where its controllers run', () => {
    expect(of(webhook('widgets', [rule]))).toMatchObject([
      { name: 'v', service: 'widgets/webhook', failurePolicy: 'Fail' },
    ]);
    expect(of(webhook('queues', [rule]))).toEqual([]);
    expect(of(webhook('widgets', [{ ...rule, apiGroups: ['*'] }]))).toEqual([]);
    expect(of(webhook('widgets', [{ ...rule, resources: ['gadgets'] }]))).toEqual([]);
  });

  it('have the ready endpoints of their Service', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'widgets', labels: { 'kubernetes.io/service-name': 'webhook' } },
      endpoints: [{ addresses: ['a'] }, { addresses: ['b'], conditions: { ready: false } }],
    };
    expect(readyEndpoints([slice], 'widgets/webhook')).toBe(1);
    expect(readyEndpoints([slice], 'widgets/other')).toBe(0);
  });
});
