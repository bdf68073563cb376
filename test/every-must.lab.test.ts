import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFORMANT_ADDONS, CONFORMANT_NODES } from '../lab/lab.ts';
import { everyMustPasses } from './lab-rig/every-must.ts';
import { LabRig } from './lab-rig/lab-rig.ts';

/** What `make run` does: every MUST, both ways, side by side, on the lab that meets them. */
const rig = new LabRig('test-every-must');

beforeAll(async () => {
  await rig.up({ nodes: CONFORMANT_NODES, addons: CONFORMANT_ADDONS });
});
afterAll(() => rig.down());

it('every MUST passes on the conformant lab', { timeout: 900_000 }, async () => {
  expect(await everyMustPasses(rig)).toMatchObject({ exitCode: 0, leftovers: [] });
});
