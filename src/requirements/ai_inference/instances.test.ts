import { describe, expect, it } from 'vitest';
import type { Facts } from '../../case-kit/index.ts';
import { classIsAccepted } from './class-is-accepted.ts';
import { CLASS, GATEWAY, ROUTE } from './gateway.ts';
import { nothingUnaskedIsServed, weightsAreFollowed } from './traffic-cases.ts';

const SERVED = [CLASS, GATEWAY, ROUTE, 'gateway.networking.k8s.io/v1beta1/ReferenceGrant'];
const TAINT = { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' };

function facts(
  classes: readonly object[],
  more: { served?: readonly string[]; notRead?: readonly object[]; nodes?: readonly object[] } = {},
): Facts {
  const { served = SERVED, notRead = [], nodes = [{ name: 'n', candidate: true, tolerations: [TAINT] }] } = more;
  return {
    resources: { find: (kind: unknown) => (served.includes(String(kind)) ? {} : undefined) },
    inventory: { gatewayClasses: classes, notRead, nodes },
  } as unknown as Facts;
}

const one = (name: string, is: object = {}): object => ({
  name,
  controller: `${name}.test/c`,
  title: name,
  serves: 'ingress',
  accepted: true,
  message: '',
  ...is,
});

describe('the plan', () => {
  it('has an alternative for each accepted class, and names those that are none', () => {
    const planned = weightsAreFollowed.plan(
      facts([one('x'), one('y', { accepted: false, message: 'waiting' }), one('z', { serves: 'mesh' })]),
    );
    expect(planned).toMatchObject([
      { variant: 'x', alternative: 'x', params: { className: 'x', tolerations: [TAINT] } },
      { variant: 'y', alternative: 'y', notRun: { outcome: 'not-applicable' } },
      { variant: 'z', alternative: 'z', notRun: { outcome: 'not-applicable' } },
    ]);
  });

  it('takes the ReferenceGrant that is served, and does not go without one', () => {
    const grant = 'gateway.networking.k8s.io/v1beta1/ReferenceGrant';
    expect(nothingUnaskedIsServed.plan(facts([one('x')]))).toMatchObject([{ params: { grant } }]);
    expect(nothingUnaskedIsServed.plan(facts([one('x')], { served: SERVED.slice(0, 3) }))).toMatchObject([
      { notRun: { outcome: 'inconclusive', class: 'not-found' } },
    ]);
  });

  it.each([
    ['no class at all', facts([]), 'not-found'],
    ['no accepted class', facts([one('y', { accepted: false })]), 'not-found'],
    ['no Gateway API', facts([], { served: [] }), 'not-found'],
    [
      'classes that may not be read',
      facts([], { notRead: [{ what: CLASS, why: 'forbidden', remedy: '' }] }),
      'permission',
    ],
    ['no node for pods', facts([one('x')], { nodes: [] }), 'capacity'],
  ])('is never a pass with %s', (_name, given, why) => {
    expect(weightsAreFollowed.plan(given)).toMatchObject({ outcome: 'inconclusive', class: why });
  });

  it('asks for an implementation only where its kinds are', () => {
    expect(classIsAccepted.plan(facts([], { served: [] }))).toMatchObject({
      outcome: 'inconclusive',
      class: 'not-found',
    });
  });
});
