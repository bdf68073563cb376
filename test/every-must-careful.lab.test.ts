import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFORMANT_ADDONS, CONFORMANT_NODES } from '../lab/lab.ts';
import { everyMustPasses } from './lab-rig/every-must.ts';
import { LabRig } from './lab-rig/lab-rig.ts';

/**
 * The same on a platform that is set up with care: accelerator nodes tainted, Pod Security `restricted` by default, a cluster domain of its
 * own. What a requirement comes to must not depend on any of it.
 */
const rig = new LabRig('test-every-must-careful');

beforeAll(async () => {
  await rig.up({
    nodes: [...CONFORMANT_NODES, {}],
    addons: CONFORMANT_ADDONS,
    podSecurity: 'restricted',
    acceleratorTaints: [{ key: 'example.com/accelerator', value: 'present', effect: 'NoSchedule' }],
    dnsDomain: 'lab.internal',
  });
});
afterAll(() => rig.down());

it('every MUST passes on a careful platform', { timeout: 900_000 }, async () => {
  expect(await everyMustPasses(rig)).toMatchObject({ exitCode: 0, leftovers: [] });
});
