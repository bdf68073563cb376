import { describe, expect, it } from 'vitest';
import type { Facts } from '../../case-kit/index.ts';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import { deviceByAttribute } from './device-by-attribute.ts';
import { apiOf } from './dra-api.ts';

const device = (name: string, free: boolean) => ({
  driver: 'd',
  pool: 'n1',
  name,
  nodes: ['n1'],
  attributes: { uuid: name },
  capacity: {},
  tainted: false,
  shareable: false,
  partition: false,
  free,
});
const supply = (driver: string, free: number): AcceleratorSupply => ({
  node: 'n1',
  mode: 'dra',
  name: driver,
  vendor: undefined,
  simulated: false,
  usable: 2,
  free,
  deviceClasses: [driver],
  devices: [device('a', free > 0), device('b', free > 1)],
});

function facts(...accelerators: AcceleratorSupply[]): Facts {
  const served = { version: 'v1', apiVersion: 'resource.k8s.io/v1' };
  return {
    checklist: '1.35',
    kubernetes: { minor: 35 },
    resources: { find: () => served, versions: () => [served], preferred: () => served },
    inventory: {
      accelerators,
      nodes: [{ name: 'n1', candidate: true, tolerations: [], labels: {}, containerRuntime: '', osImage: '' }],
      dra: { versions: ['v1'] },
    },
  } as unknown as Facts;
}

describe('the plan of a device by attribute', () => {
  it('does not let a driver with free devices speak for one without', () => {
    expect(apiOf(facts())).toBe('resource.k8s.io/v1');
    expect(deviceByAttribute.plan(facts(supply('free.example', 2), supply('full.example', 0)))).toMatchObject([
      { variant: 'n1.free.example', params: { place: { node: 'n1' } } },
      { variant: 'n1.full.example', notRun: { outcome: 'inconclusive', class: 'capacity' } },
    ]);
  });

  it('does not apply without a driver', () => {
    expect(deviceByAttribute.plan(facts())).toMatchObject({ outcome: 'not-applicable' });
  });
});
