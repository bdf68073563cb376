import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { addNode, type LabOptions, removeNode, snapshot } from '../lab/lab.ts';
import type { RunReport } from '../src/evidence/index.ts';
import type { Cluster } from '../src/kube/cluster.ts';
import { connect } from '../src/kube/connect.ts';
import type { KubeObject } from '../src/kube/object.ts';
import { RunnerLab } from '../src/runner/testing/runner-lab.ts';
import { LabRig } from './lab-rig/lab-rig.ts';
import { type Outcome, plimsoll, ROOT, reportIn } from './run-cli.ts';

/**
 * The whole way through the built CLI on clusters that are not as they should be: the right cases fail and name the cause, what
 * cannot be known is never a pass, and nothing is left behind. The labs of these tests are up at the same time.
 */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-defects-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bringUp({ name, ...options }: LabOptions & { name: string }): Promise<LabRig> {
  const rig = new LabRig(name);
  await rig.up(options);
  return rig;
}

/** Runs cases by their names, in a folder of its own below the test's. */
async function run(kubeconfig: string, only: string, ...more: string[]): Promise<Outcome & { report: RunReport }> {
  const out = join(folder, `run-${Math.random().toString(36).slice(2)}`);
  const args = ['run', '--kubeconfig', kubeconfig, '--only', only, '--out', out, ...more];
  const outcome = await plimsoll(args, { cwd: folder, timeoutMs: 600_000 });
  if (!existsSync(join(out, 'report.json'))) throw new Error(`no report: ${outcome.stderr}${outcome.stdout}`);
  const verified = await plimsoll(['verify', out]);
  expect([verified.code, verified.stderr]).toEqual([0, '']);
  return { ...outcome, report: reportIn(out) };
}

/** `case: outcome` of each case, without the instance. */
const outcomes = ({ cases }: RunReport): string[] =>
  cases.map(({ id, outcome }) => `${id.split('@')[0]?.split('/')[1]}: ${outcome}`).toSorted();
const verdicts = ({ requirements }: RunReport): Record<string, string> =>
  Object.fromEntries(
    requirements.map(({ id, verdict }) => [id, [verdict.outcome, verdict.class].filter(Boolean).join(' ')]),
  );
/** What a case says of itself where it does not pass. */
const told = ({ cases }: RunReport, name: string): string =>
  cases
    .filter(({ id }) => id.split('@')[0]?.endsWith(`/${name}`))
    .flatMap(({ because, findings }) => [
      because,
      ...findings.filter(({ outcome }) => outcome !== 'pass').map(({ message }) => message),
    ])
    .join('\n');

it.concurrent('a container runtime that gives the accelerators to every container fails, with the device named', {
  timeout: 600_000,
}, async () => {
  await using lab = await bringUp({
    name: 'test-leak',
    nodes: [{ accelerators: 2, mode: 'device-plugin', defect: 'devices-in-every-container' }],
  });
  const { code, report } = await run(lab.kubeconfig, 'secure_accelerator_access');
  expect(code).toBe(1);
  expect(outcomes(report)).toEqual([
    'admin-access-needs-a-label: not-applicable',
    'between-two-pods: fail',
    'no-more-than-there-are: pass',
    'no-request-no-access: fail',
    'no-way-round-by-environment: fail',
    'only-what-was-granted: fail',
    'other-containers-of-the-pod: fail',
  ]);
  expect(told(report, 'no-request-no-access')).toMatch(
    /outsider\/probe was granted none of them and sees .*\/dev\/plimsoll\/accelerator0 \(b 7:\d+\): opened/,
  );
  expect(verdicts(report)).toEqual({ secure_accelerator_access: 'fail' });
});

it.concurrent('without a gang solution, with one accelerator, and without any: never a pass', {
  timeout: 600_000,
}, async () => {
  await using lab = await bringUp({
    name: 'test-bare',
    nodes: [{ accelerators: 1, mode: 'device-plugin' }],
    kubernetes: { featureGates: { GenericWorkload: false } },
  });
  const one = await run(lab.kubeconfig, 'gang_scheduling,secure_accelerator_access');
  expect(one.code).toBe(2);
  expect(verdicts(one.report)).toEqual({
    gang_scheduling: 'inconclusive not-found',
    secure_accelerator_access: 'inconclusive capacity',
  });
  expect(outcomes(one.report)).toEqual([
    'admin-access-needs-a-label: not-applicable',
    'all-or-nothing: inconclusive',
    'between-two-pods: inconclusive',
    'no-more-than-there-are: pass',
    'no-request-no-access: pass',
    'no-way-round-by-environment: pass',
    'only-what-was-granted: pass',
    'other-containers-of-the-pod: pass',
    'two-gangs: inconclusive',
    'within-quota: inconclusive',
  ]);
  expect(told(one.report, 'between-two-pods')).toContain('needs 2 free lab.plimsoll.dev/accelerator on one node');

  await addNode(lab.name, { name: 'plain' });
  await removeNode(lab.name, 'node-1');
  const none = await run(lab.kubeconfig, 'gang_scheduling,secure_accelerator_access');
  expect(none.code).toBe(2);
  expect(verdicts(none.report)).toEqual({
    gang_scheduling: 'inconclusive not-found',
    secure_accelerator_access: 'inconclusive not-found',
  });
  expect(none.report.cases.filter(({ outcome }) => outcome === 'pass')).toEqual([]);
});

describe.concurrent('a lab with Kueue, without native gang scheduling', () => {
  it('is as it was after a service account’s run, and after ten kills', { timeout: 900_000 }, async () => {
    await using lab = await bringUp({
      name: 'test-queue',
      nodes: [{ accelerators: 2, mode: 'dra' }],
      addons: ['kueue'],
      kubernetes: { featureGates: { GenericWorkload: false } },
    });
    await byServiceAccount(lab);
    await killedTenTimes(lab);
    const { code, report } = await bypassed(lab);
    expect(code).toBe(1);
    expect(verdicts(report)).toEqual({ gang_scheduling: 'fail' });
    expect(told(report, 'within-quota')).toMatch(
      /Kueue never took gang waits over: its pods were left to run as ordinary ones/,
    );
  });
});

/** With the role that `plimsoll rbac` prints and nothing else. */
async function byServiceAccount(lab: LabRig): Promise<void> {
  const only = 'dra_support/object-lifecycle,gang_scheduling/within-quota';
  const printed = await plimsoll([
    'rbac',
    '--kubeconfig',
    lab.kubeconfig,
    '--only',
    only,
    '--service-account',
    'testers/plimsoll',
  ]);
  expect([printed.code, printed.stderr]).toEqual([0, '']);
  await lab.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'testers' } });
  for (const object of parseAllDocuments(printed.stdout).map((one) => one.toJS() as KubeObject))
    await lab.cluster.apply(object, { manager: 'test' });
  const kubeconfig = await tokenKubeconfig(lab, 'testers', 'plimsoll');
  const account = await connect({ kubeconfig });
  expect((await account.whoami()).username).toBe('system:serviceaccount:testers:plimsoll');
  expect(await account.can({ verb: 'get', resource: 'secrets', namespace: 'kube-system' })).toMatchObject({
    allowed: false,
  });
  await account.close();

  const before = await snapshot(lab.cluster);
  const { report } = await run(kubeconfig, only, '--checklist', '1.35');
  expect(outcomes(report).filter((one) => /object-lifecycle|within-quota/.test(one))).toEqual([
    'object-lifecycle: pass',
    'object-lifecycle: pass',
    'object-lifecycle: pass',
    'object-lifecycle: pass',
    'within-quota: pass',
  ]);
  expect(report.leftovers).toEqual([]);
  expect(await snapshot(lab.cluster)).toEqual(before);
}

async function tokenKubeconfig(lab: LabRig, namespace: string, name: string): Promise<string> {
  const { body } = await lab.cluster.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  });
  const { token } = (body as { status: { token: string } }).status;
  const [document] = parseAllDocuments(readFileSync(lab.kubeconfig, 'utf8'));
  const config = document?.toJS() as { users: { user: object }[] };
  for (const one of config.users) one.user = { token };
  const file = join(folder, `${name}.kubeconfig`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** Two runs side by side, killed at random moments, five times over; after each time a cleanup leaves no difference. */
async function killedTenTimes(lab: LabRig): Promise<void> {
  const before = await snapshot(lab.cluster);
  const only = 'dra_support,gang_scheduling';
  for (let round = 0; round < 5; round += 1) {
    const moments = [Math.random() * 8_000, Math.random() * 8_000].map((ms) => Math.round(500 + ms));
    const cwd = mkdtempSync(join(folder, 'killed-'));
    await Promise.all(
      moments.map((ms) => killedAfter(ms, ['run', '--kubeconfig', lab.kubeconfig, '--only', only], cwd)),
    );
    const cleaned = await plimsoll(['cleanup', '--kubeconfig', lab.kubeconfig, '--all'], { timeoutMs: 180_000 });
    const after = await snapshot(lab.cluster);
    expect({ moments, code: cleaned.code, said: cleaned.stderr }).toEqual({ moments, code: 0, said: '' });
    expect({ moments, after }).toEqual({ moments, after: before });
  }
}

async function killedAfter(ms: number, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(join(ROOT, 'plimsoll'), [...args, '--out', join(cwd, `run-${ms}`)], {
    cwd,
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await delay(ms);
  // The launcher and the program that it started.
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await ended;
}

/** A policy of the platform that takes the queue's name from Jobs: Kueue never hears of them, and they run as ordinary pods. */
async function bypassed(lab: LabRig): Promise<Outcome & { report: RunReport }> {
  const admission = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'bypassed-queue' };
  const label = 'kueue.x-k8s.io/queue-name';
  await lab.cluster.create({
    apiVersion: admission,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: {
        resourceRules: [{ apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['jobs'] }],
      },
      matchConditions: [
        { name: 'queued', expression: `has(object.metadata.labels) && '${label}' in object.metadata.labels` },
      ],
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression: `[JSONPatch{op: 'remove', path: '/metadata/labels/${label.replace('/', '~1')}'}]`,
          },
        },
      ],
    },
  });
  const binding = { apiVersion: admission, kind: 'MutatingAdmissionPolicyBinding', metadata };
  await lab.cluster.create({ ...binding, spec: { policyName: metadata.name } });
  await policyInForce(lab.cluster, label);
  return await run(lab.kubeconfig, 'gang_scheduling/within-quota');
}

/** Policies come into force a moment after they were made; a dry run tells. */
async function policyInForce(cluster: Cluster, label: string): Promise<void> {
  const container = { name: 'c', image: 'none' };
  const job: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'asks', namespace: 'default', labels: { [label]: 'q' } },
    spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [container] } } },
  };
  // Not expect.poll: it does not know whose test it is in where tests run side by side.
  await vi.waitFor(
    async () => {
      const { metadata } = await cluster.create(job, { dryRun: true });
      expect(metadata.labels?.[label]).toBeUndefined();
    },
    { timeout: 30_000, interval: 250 },
  );
}

it.concurrent('an API server that does not serve resource.k8s.io/v1 fails dra_support', {
  timeout: 300_000,
}, async () => {
  // The gate itself is locked (1.37); with Node authorization the API server would never become ready without this API.
  await using lab = await RunnerLab.start(['--runtime-config=resource.k8s.io/v1=false']);
  const { code, report } = await run(lab.kubeconfig, 'dra_support', '--checklist', '1.35');
  expect(code).toBe(1);
  expect(verdicts(report)).toEqual({ dra_support: 'fail' });
  expect(told(report, 'api-is-served')).toContain('resource.k8s.io/v1');
  expect(report.cases.filter(({ outcome }) => outcome === 'pass')).toEqual([]);
});
