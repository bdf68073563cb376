import { afterAll, beforeAll, expect, it } from 'vitest';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { failing, told } from '../../../test/lab-rig/told.ts';
import type { RunReport } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { cases } from './cases.ts';

const rig = new LabRig('test-gang');
let cluster: Cluster;

beforeAll(async () => {
  cluster = await rig.up({ nodes: [{ accelerators: 2, mode: 'device-plugin' }], addons: [] });
});
afterAll(() => rig.down());

const tried = (...only: string[]): Promise<RunReport> =>
  provenRun(rig, { requirement: 'gang_scheduling', cases, only });

it('passes where native gang scheduling places gangs whole, and leaves nothing behind', async () => {
  const before = await snapshot(cluster);
  expect(told(await tried('all-or-nothing', 'two-gangs'))).toMatchObject({
    'all-or-nothing@native': 'pass',
    'two-gangs@native': 'pass',
  });
  expect(await snapshot(cluster)).toEqual(before);
});

it('fails when every PodGroup is stored as a gang of one (M4)', async () => {
  await gangsOfOne();
  expect(told(await tried('all-or-nothing', 'two-gangs'))).toMatchObject({
    'all-or-nothing@native': failing('does not ask for all 3 pods'),
    'two-gangs@native': failing('does not ask for all 2 pods'),
  });
});

/** A policy of the platform that changes what a gang asks for, in force when this returns. */
async function gangsOfOne(): Promise<void> {
  const admission = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'gangs-of-one' };
  const podGroups = {
    apiGroups: ['scheduling.k8s.io'],
    apiVersions: ['*'],
    operations: ['CREATE'],
    resources: ['podgroups'],
  };
  const expression = "[JSONPatch{op: 'replace', path: '/spec/schedulingPolicy/gang/minCount', value: 1}]";
  await cluster.create({
    apiVersion: admission,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [podGroups] },
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
    },
  });
  const binding = { apiVersion: admission, kind: 'MutatingAdmissionPolicyBinding', metadata };
  await cluster.create({ ...binding, spec: { policyName: metadata.name } });
  const trial = {
    apiVersion: 'scheduling.k8s.io/v1beta1',
    kind: 'PodGroup',
    metadata: { name: 'trial', namespace: 'default' },
    spec: { schedulingPolicy: { gang: { minCount: 2 } } },
  };
  const stored = async (): Promise<unknown> => (await cluster.create(trial, { dryRun: true }))['spec'];
  await expect.poll(stored, { timeout: 60_000 }).toMatchObject({ schedulingPolicy: { gang: { minCount: 1 } } });
}
