import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench } from '../../case-kit/index.ts';
import { passes } from '../../evidence/index.ts';
import { refOf } from '../../kube/object.ts';
import { CHANGED_LABEL } from '../labels.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { configMap, testCase } from '../testing/test-cases.ts';
import { findByLabel } from './find-by-label.ts';

let lab: RunnerLab;
beforeAll(async () => {
  lab = await RunnerLab.start();
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

const deviceClass = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: { name: 'plimsoll-test' },
  spec: {},
};
const NEEDS = {
  creates: ['v1/ConfigMap', 'resource.k8s.io/v1/DeviceClass'],
  changes: ['v1/ConfigMap'],
} as const;

const acting = (name: string, act: (bench: Bench) => Promise<void>, tearDown: '3s' | '1m' = '1m') =>
  testCase(name, {
    budget: { tearDown },
    plan: () => [{ params: {}, needs: NEEDS }],
    act,
    judge: () => [passes('it works', 'it does', [1])],
  });

describe('the teardown', () => {
  it('removes what lives outside namespaces too, and nothing that is not its own', async () => {
    const foreign = await lab.cluster.create({ ...deviceClass, metadata: { name: 'foreign' } });
    const before = await lab.everything();
    const { report } = await lab.run([acting('classes', async (bench) => void (await bench.create(deviceClass)))]);
    expect(report).toMatchObject({ leftovers: [], exitCode: 0 });
    expect(await lab.everything()).toEqual(before);
    await lab.cluster.remove(refOf(foreign));
  });

  it('does not remove an object that somebody made anew under the same name', async () => {
    let anew = '';
    const { report } = await lab.run([
      acting('anew', async (bench) => {
        const made = await bench.create(deviceClass);
        await lab.cluster.remove(made.ref);
        anew = (await lab.cluster.create(deviceClass)).metadata.uid ?? '';
      }),
    ]);
    expect(report.leftovers).toEqual([]);
    expect((await lab.cluster.get(refOf(deviceClass))).metadata.uid).toBe(anew);
    await lab.cluster.remove(refOf(deviceClass));
  });

  it('names what does not go, with the finalizer that holds it; a later cleanup finds it by labels', async () => {
    const before = await lab.everything();
    const held = acting(
      'held',
      async (bench) => {
        const object = configMap('held');
        await bench.create({ ...object, metadata: { ...object.metadata, finalizers: ['plimsoll.test/hold'] } });
      },
      '3s',
    );
    const { report, run } = await lab.run([held]);
    expect(report).toMatchObject({ exitCode: 5, cases: [{ outcome: 'pass' }] });
    const [first, second] = report.leftovers;
    expect(first).toMatchObject({
      ref: { kind: 'ConfigMap', name: 'held' },
      finalizers: ['plimsoll.test/hold'],
      why: 'its finalizers plimsoll.test/hold hold it',
    });
    expect(second).toMatchObject({ ref: { kind: 'Namespace' } });
    if (first) await lab.cluster.patch(first.ref, { metadata: { finalizers: null } });
    expect(await lab.cleanByLabel(run)).toEqual([]);
    expect(await lab.everything()).toEqual(before);
  });
});

describe('a namespace while an aggregated API is down', () => {
  const metadata = { name: 'v1.dead.example' };
  const apiService = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata };

  it('does not go, and that cause is named before, meanwhile and after, with the remedy', {
    timeout: 90_000,
  }, async () => {
    const before = await lab.everything();
    await lab.cluster.create({
      ...apiService,
      spec: {
        group: 'dead.example',
        version: 'v1',
        service: { name: 'nobody', namespace: 'default', port: 443 },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 1000,
        versionPriority: 10,
      },
    });
    await expect
      .poll(async () => (await lab.cluster.resources({ refresh: true })).staleGroups, { timeout: 20_000 })
      .toEqual(['dead.example']);
    // Of a case that makes nothing but its namespace, and has a teardown of 15 s.
    const { report, run, events } = await lab.run([
      testCase('silent', {
        budget: { tearDown: '15s' },
        plan: () => [{ params: {}, needs: NEEDS }],
        act: async (bench) => void (await bench.create(configMap('one'))),
        judge: () => [passes('it works', 'it does', [1])],
      }),
    ]);
    const cause =
      /^the aggregated API dead\.example\/v1 does not answer, so nobody can tell .*NamespaceDeletionDiscoveryFailure/;
    expect(report).toMatchObject({
      exitCode: 5,
      cases: [{ outcome: 'pass' }],
      leftovers: [{ ref: { kind: 'Namespace' }, why: expect.stringMatching(cause) as string }],
    });
    expect(report.leftovers[0]?.remedy).toMatch(
      /kubectl delete apiservice v1\.dead\.example\. Run `plimsoll cleanup` again/,
    );
    const told = events.flatMap((one) => (one.event === 'warning' ? [one.message] : []));
    expect(told).toEqual([expect.stringContaining('the aggregated API dead.example does not answer')]);
    const waiting = events.flatMap((one) => (one.event === 'waiting' && one.for === 'tear-down' ? [one.reason] : []));
    expect(waiting.at(-1)).toMatch(
      /^waiting for Namespace plimsoll-.* to go: the aggregated API dead\.example\/v1 does not answer/,
    );
    // With the APIService gone the namespace goes by itself; a cleanup finds nothing or waits for it.
    await lab.cluster.remove({ ...apiService, name: metadata.name });
    expect(await lab.cleanByLabel(run)).toEqual([]);
    expect(await lab.everything()).toEqual(before);
  });
});

describe('an object that a case changed and did not create', () => {
  const shared = {
    ...configMap('shared', { replicas: '1', other: 'x' }),
    metadata: { name: 'shared', namespace: 'default' },
  };
  const now = async () => lab.cluster.get(refOf(shared));

  it('is put back, whatever else changed in it meanwhile', async () => {
    const made = await lab.cluster.create(shared);
    const { report } = await lab.run([
      acting('restore', async (bench) => {
        await bench.patch(refOf(made), { data: { replicas: '5', added: 'y' } });
        await lab.cluster.patch(refOf(made), { data: { other: 'z' } });
      }),
    ]);
    expect(report.leftovers).toEqual([]);
    const after = await now();
    expect(after['data']).toEqual({ replicas: '1', other: 'z' });
    expect(after.metadata.labels).toBeUndefined();
    expect(after.metadata.annotations).toBeUndefined();
    await lab.cluster.remove(refOf(made));
  });

  it('is left as it is, and named, when somebody changed the same field since', async () => {
    const made = await lab.cluster.create(shared);
    const { report } = await lab.run([
      acting('clash', async (bench) => {
        await bench.patch(refOf(made), { data: { replicas: '5' } });
        await lab.cluster.patch(refOf(made), { data: { replicas: '7' } });
      }),
    ]);
    expect(report.leftovers).toMatchObject([
      { ref: { name: 'shared' }, why: 'somebody changed the same fields after the run did' },
    ]);
    expect(report.leftovers[0]?.remedy).toContain('"replicas":"1"');
    expect((await now())['data']).toMatchObject({ replicas: '7' });
    await lab.cluster.remove(refOf(made));
  });

  it('is put back from another machine by what it carries', async () => {
    const made = await lab.cluster.create(shared);
    let run = '';
    const never = acting('never', async (bench) => {
      run = bench.run;
      await bench.patch(refOf(made), { data: { replicas: '5' } });
      // As after kill -9: nobody tears down.
      throw new Error('stop here');
    });
    const abandon = AbortSignal.abort();
    await lab.run([never], { abandon });
    expect((await now()).metadata.labels?.[CHANGED_LABEL]).toBe(run);
    expect(await lab.cleanByLabel(run)).toEqual([]);
    expect((await now())['data']).toEqual({ replicas: '1', other: 'x' });
    expect((await findByLabel(lab.cluster)).runs.size).toBe(0);
    await lab.cluster.remove(refOf(made));
  });
});
