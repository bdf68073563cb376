import { describe, expect, it } from 'vitest';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import type { Facts } from '../../runner/case-kit.ts';
import { adminAccessNeedsALabel } from './admin-access-needs-a-label.ts';
import { instancesOf } from './targets.ts';

const supply = (name: string, is: Partial<AcceleratorSupply> = {}): AcceleratorSupply => ({
  node: 'n1',
  mode: 'device-plugin',
  name,
  vendor: undefined,
  simulated: false,
  usable: 2,
  free: 2,
  deviceClasses: [],
  devices: [],
  ...is,
});
const facts = (...accelerators: AcceleratorSupply[]): Facts =>
  ({
    inventory: {
      accelerators,
      nodes: [{ name: 'n1', candidate: true, tolerations: [] }],
      vendors: [],
      runtimeClasses: [],
      dra: { versions: ['v1'] },
    },
  }) as unknown as Facts;

describe('instancesOf', () => {
  it('says that nothing was found', () => {
    expect(instancesOf(facts(), 1, 'all')).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
  });

  it('does not let a kind with two devices speak for a kind with one', () => {
    expect(instancesOf(facts(supply('a.com/gpu'), supply('b.com/npu', { usable: 1, free: 1 })), 2, 2)).toMatchObject([
      { variant: 'n1.a.com_gpu', params: { free: 2 } },
      { variant: 'n1.b.com_npu', notRun: { outcome: 'inconclusive', class: 'capacity' } },
    ]);
  });

  it('does not pass over a DRA driver that nobody can ask', () => {
    const dra = supply('d.example.com', { mode: 'dra' });
    expect(instancesOf(facts(supply('a.com/gpu'), dra), 1, 'all')).toMatchObject([
      { params: { ask: { name: 'a.com/gpu' } } },
      { variant: 'n1.d.example.com', notRun: { outcome: 'inconclusive', class: 'environment' } },
    ]);
  });
});

describe('the plan of administrative access', () => {
  it('does not apply without DRA, and runs for a DRA driver', () => {
    expect(adminAccessNeedsALabel.plan(facts(supply('a.com/gpu')))).toMatchObject({ outcome: 'not-applicable' });
    const dra = supply('d.example.com', { mode: 'dra', deviceClasses: ['d'] });
    expect(adminAccessNeedsALabel.plan(facts(supply('a.com/gpu'), dra))).toMatchObject([
      { needs: { creates: ['resource.k8s.io/v1/ResourceClaim'] } },
    ]);
  });
});
