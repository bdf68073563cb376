import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectFile } from '../project-root.ts';
import { claimSpec, probe } from './testing/probe-pod.ts';
import { TestLab } from './testing/test-lab.ts';

let lab: TestLab;

beforeAll(async () => {
  const driver = (name: string): string => projectFile(`lab/accelerators/testing/generous-${name}.ts`);
  lab = await TestLab.up('test-grant', [
    { name: 'plugin', accelerators: 2, mode: 'device-plugin', acceleratorDriver: driver('device-plugin') },
    { name: 'dra', accelerators: 2, mode: 'dra', acceleratorDriver: driver('dra-driver') },
  ]);
  await lab.cluster.create({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: { name: 'one', namespace: 'default' },
    spec: { spec: claimSpec() },
  });
});

afterAll(async () => {
  await lab.down();
});

// The counterpart of what the other tests deny: here a pod does open a device that it was not allocated.
it.each([
  ['plugin', { devices: 1 }],
  ['dra', { claim: { template: 'one' } }],
])('a driver that grants too much is seen to do so on node %s', async (node, asks) => {
  const { accelerators } = lab.record(node);
  const seen = await probe(lab, { name: `probe-${node}`, namespace: 'default', node, try: accelerators, ...asks });
  expect(seen.nodes).toHaveLength(2);
  expect(Object.values(seen.made)).toEqual(['open', 'open']);
});
