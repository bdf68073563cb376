import { afterAll, beforeAll, expect, it } from 'vitest';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { failing, told } from '../../../test/lab-rig/told.ts';
import type { RunReport } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { cases } from './cases.ts';

const rig = new LabRig('test-dra');
const API = 'resource.k8s.io/v1';
const NODE = 'node-1.accelerator.lab.plimsoll.dev';
let cluster: Cluster;

beforeAll(async () => {
  cluster = await rig.up({ nodes: [{ accelerators: 2, mode: 'dra' }], addons: [] });
});
afterAll(() => rig.down());

const tried = (only?: readonly string[]): Promise<RunReport> =>
  provenRun(rig, { requirement: 'dra_support', cases, only });

it('passes on the API as it is, and with a driver that works; nothing is left behind', async () => {
  const before = await snapshot(cluster);
  const report = await tried();
  expect(told(report)).toMatchObject({
    'api-is-served': 'pass',
    'object-lifecycle@ResourceClaim': 'pass',
    'invalid-objects-are-refused': 'pass',
    'scheduler-honours-claims': 'pass',
    [`device-by-attribute@${NODE}`]: 'pass',
    [`one-claim-for-two-pods@${NODE}`]: 'pass',
  });
  expect(report.cases.map(({ outcome }) => outcome)).toEqual(report.cases.map(() => 'pass'));
  expect(await snapshot(cluster)).toEqual(before);
});

it('fails when a claim is stored with another count than was asked for (M4)', async () => {
  await oneDeviceMore();
  expect(told(await tried(['object-lifecycle', 'api-is-served']))).toMatchObject({
    'api-is-served': 'pass',
    'object-lifecycle@ResourceClaim': failing('count is 2 instead of 1'),
    'object-lifecycle@DeviceClass': 'pass',
  });
});

/** A policy of the platform that asks for one device more than was asked for, in force when this returns. */
async function oneDeviceMore(): Promise<void> {
  const admission = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'one-device-more' };
  const claims = {
    apiGroups: ['resource.k8s.io'],
    apiVersions: ['*'],
    operations: ['CREATE'],
    resources: ['resourceclaims'],
  };
  const expression = "[JSONPatch{op: 'replace', path: '/spec/devices/requests/0/exactly/count', value: 2}]";
  await cluster.create({
    apiVersion: admission,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [claims] },
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
    },
  });
  const binding = { apiVersion: admission, kind: 'MutatingAdmissionPolicyBinding', metadata };
  await cluster.create({ ...binding, spec: { policyName: metadata.name } });
  const exactly = { deviceClassName: 'any', allocationMode: 'ExactCount', count: 1 };
  const trial = {
    apiVersion: API,
    kind: 'ResourceClaim',
    metadata: { name: 'trial', namespace: 'default' },
    spec: { devices: { requests: [{ name: 'r', exactly }] } },
  };
  const stored = async (): Promise<unknown> => (await cluster.create(trial, { dryRun: true }))['spec'];
  await expect.poll(stored, { timeout: 60_000 }).toMatchObject({ devices: { requests: [{ exactly: { count: 2 } }] } });
}
