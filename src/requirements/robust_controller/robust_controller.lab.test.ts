import { afterAll, beforeAll, expect, it } from 'vitest';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { failing, told } from '../../../test/lab-rig/told.ts';
import type { RunEvent, RunReport } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { KubeObject, ObjectRef } from '../../kube/object.ts';
import { cases } from './cases.ts';

const rig = new LabRig('test-robust-controller');
const JOBSET_ROLE = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  name: 'jobset-manager-role',
};
let cluster: Cluster;
let jobsetRules: Rule[];

interface Rule {
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

beforeAll(async () => {
  cluster = await rig.up({ nodes: [{}], addons: ['trainer', 'kuberay', 'kueue'] });
  jobsetRules = (await cluster.get(JOBSET_ROLE))['rules'] as Rule[];
});
afterAll(() => rig.down());

const tried = (only?: readonly string[], observer?: (event: RunEvent) => void): Promise<RunReport> =>
  provenRun(rig, { requirement: 'robust_controller', cases, only, observer });

it('passes on an operator that works; one without webhooks shows nothing about webhooks', async () => {
  const before = await snapshot(cluster);
  const report = await tried();
  expect(told(report)).toMatchObject({
    'controller-runs@kubeflow-trainer': 'pass',
    'controller-runs@jobset': 'pass',
    'controller-runs@kuberay': 'pass',
    'webhook-decides@kubeflow-trainer': 'pass',
    'webhook-decides@jobset': 'pass',
    'webhook-decides@kuberay': expect.stringMatching(/^inconclusive \| KubeRay runs without webhooks/) as string,
    'reconciles-and-repairs@kubeflow-trainer': 'pass',
    'reconciles-and-repairs@jobset': 'pass',
    'reconciles-and-repairs@kuberay': 'pass',
    'supporting-webhook-decides@kueue': 'pass',
    'supporting-reconciles@kueue': 'pass',
  });
  expect(report.requirements).toMatchObject([{ id: 'robust_controller', verdict: { outcome: 'pass' } }]);
  expect(await snapshot(cluster)).toEqual(before);
});

it('fails for defects: webhooks down, ignored, half registered; a controller that is away, or may no longer repair', async () => {
  // A second try begins with the permissions of the first.
  await cluster.patch(JOBSET_ROLE, { rules: jobsetRules });
  // M1: a webhook that cannot be reached and is ignored. M2: the same, not ignored. M11: not asked on UPDATE.
  await changeWebhook('jobset-validating-webhook-configuration', 'vjobset.kb.io', (webhook) => ({
    ...webhook,
    failurePolicy: 'Ignore',
    clientConfig: { service: { namespace: 'jobset-system', name: 'nobody', path: '/' } },
  }));
  await changeWebhook('validator.trainer.kubeflow.org', 'validator.trainjob.trainer.kubeflow.org', (webhook) => ({
    ...webhook,
    clientConfig: { service: { namespace: 'kubeflow-system', name: 'nobody', path: '/' } },
  }));
  await changeWebhook('kueue-validating-webhook-configuration', 'vclusterqueue.kb.io', (webhook) => ({
    ...webhook,
    rules: (webhook['rules'] as object[]).map((rule) => ({ ...rule, operations: ['CREATE'] })),
  }));
  // M5: the controller is scaled to nothing.
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'kuberay-system',
    name: 'kuberay-operator',
  };
  await cluster.scale(deployment, 0);
  await gone('v1/Pod', 'kuberay-system');
  await heeded();

  // M6: once it has made its Jobs, JobSet's controller may not make any more.
  let taken: Promise<unknown> | undefined;
  const report = await tried(
    ['controller-runs', 'webhook-decides', 'reconciles-and-repairs', 'supporting-webhook-decides'],
    (event) => {
      const repairs = event.event === 'waiting' && event.case === 'robust_controller/reconciles-and-repairs@jobset';
      if (repairs && event.for.includes('pods running')) taken ??= mayNotCreateJobs();
    },
  );
  await taken;
  expect(told(report)).toMatchObject({
    'webhook-decides@jobset': failing('a webhook that is down is ignored'),
    'webhook-decides@kubeflow-trainer': failing('cannot be asked'),
    'supporting-webhook-decides@kueue': failing('no webhook is asked on UPDATE'),
    'controller-runs@kuberay': failing('no replica is wanted'),
    'controller-runs@jobset': 'pass',
    'reconciles-and-repairs@kuberay': failing('did not make v1/Pod'),
    'reconciles-and-repairs@jobset': failing('that was deleted did not come back'),
  });
  expect(report.requirements[0]?.verdict.outcome).not.toBe('pass');
});

type Webhook = Record<string, unknown>;

async function changeWebhook(name: string, webhook: string, change: (one: Webhook) => Webhook): Promise<void> {
  const ref: ObjectRef = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    name,
  };
  const webhooks = (await cluster.get(ref))['webhooks'] as Webhook[];
  expect(webhooks.map((one) => one['name'])).toContain(webhook);
  await cluster.patch(ref, { webhooks: webhooks.map((one) => (one['name'] === webhook ? change(one) : one)) });
}

/** Until the API server has taken up the changed webhooks, all in the order in which they were changed: asked with a dry run. */
async function heeded(): Promise<void> {
  const name = 'heeded';
  const spec = (covered: string): object => ({
    resourceGroups: [
      { coveredResources: [covered], flavors: [{ name, resources: [{ name: 'cpu', nominalQuota: '1' }] }] },
    ],
  });
  const queue = (covered: string): KubeObject => ({
    apiVersion: 'kueue.x-k8s.io/v1beta2',
    kind: 'ClusterQueue',
    metadata: { name },
    spec: spec(covered),
  });
  const { metadata } = await cluster.apply(queue('cpu'));
  const ref = { apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'ClusterQueue', name };
  await expect
    .poll(() => cluster.patch(ref, { spec: spec('memory') }, { dryRun: true }).then(() => 'taken', String), {
      timeout: 30_000,
    })
    .toBe('taken');
  await cluster.remove(ref, metadata.uid === undefined ? {} : { uid: metadata.uid });
}

async function gone(kind: 'v1/Pod', namespace: string): Promise<void> {
  for await (const _ of cluster.watch(kind, { namespace, timeoutMs: 60_000 }))
    if ((await cluster.list(kind, { namespace }).all()).length === 0) return;
}

async function mayNotCreateJobs(): Promise<void> {
  const without = jobsetRules.map((rule) =>
    rule.resources?.includes('jobs') ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== 'create') } : rule,
  );
  expect(without).not.toEqual(jobsetRules);
  await cluster.patch(JOBSET_ROLE, { rules: without });
}
