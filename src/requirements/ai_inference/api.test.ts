import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { apiIsServed } from './api-is-served.ts';
import { classIsAccepted } from './class-is-accepted.ts';
import { CLASS } from './gateway.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const KINDS = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute'];

function resources(kinds: readonly string[], verbs: readonly string[] = VERBS): unknown {
  return { resources: kinds.map((kind) => ({ kind, name: `${kind.toLowerCase()}s`, verbs })) };
}

function served(v1: unknown, v1beta1: unknown = resources([]), status = 200): string[] {
  const script = new ScriptedTimeline();
  script.answer({ name: 'discovery of v1', path: '/v1', status, body: v1 });
  script.answer({ name: 'discovery of v1beta1', path: '/v1beta1', status: 200, body: v1beta1 });
  return apiIsServed.judge(script.completed().timeline(), {}).map(({ outcome }) => outcome);
}

describe('api is served', () => {
  it('passes with the four kinds in v1 and ReferenceGrant in either version', () => {
    expect(served(resources(KINDS), resources(['ReferenceGrant']))).toEqual(['pass', 'pass']);
    expect(served(resources([...KINDS, 'ReferenceGrant']))).toEqual(['pass', 'pass']);
  });

  it('fails without a kind, without a verb, without ReferenceGrant, without the group', () => {
    expect(served(resources(KINDS.slice(1)))).toEqual(['fail', 'fail']);
    expect(served(resources(KINDS, ['get']), resources(['ReferenceGrant']))).toEqual(['fail', 'pass']);
    expect(served(undefined, undefined, 404)).toEqual(['fail', 'fail']);
  });

  it('cannot know when discovery does not answer', () => {
    expect(served(undefined, resources([]), 503)).toEqual(['inconclusive', 'inconclusive']);
  });
});

function accepted(conditions: readonly object[] | undefined): string {
  const script = new ScriptedTimeline().watch(CLASS, { namespace: undefined });
  if (conditions !== undefined)
    script.add({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'x', generation: 2 },
      spec: { controllerName: 'x.test/c' },
      status: { conditions },
    });
  const [finding] = classIsAccepted.judge(script.wait(60_000).completed().timeline(), {});
  return finding?.outcome ?? 'nothing';
}

describe('class is accepted', () => {
  it('passes for the present generation only (M1 CRDs alone, M10 stale)', () => {
    expect(accepted([{ type: 'Accepted', status: 'True', observedGeneration: 2 }])).toBe('pass');
    expect(accepted([{ type: 'Accepted', status: 'True', observedGeneration: 1 }])).toBe('fail');
    expect(accepted([{ type: 'Accepted', status: 'Unknown', observedGeneration: 2 }])).toBe('fail');
    expect(accepted([])).toBe('fail');
    expect(accepted(undefined)).toBe('fail');
  });
});
