import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { changingCase, suspendedJob } from '../testing/test-cases.ts';
import { rulesOfPlan } from './check-permissions.ts';
import { inventoryRules } from './inventory-rules.ts';
import { makePlan } from './make-plan.ts';
import { clusterRole, type Rule } from './rules-of.ts';

let lab: RunnerLab;
const cases = [suspendedJob('one', 500), changingCase('two')];
beforeAll(async () => {
  lab = await RunnerLab.start();
  const metadata = { name: 'shared', namespace: 'default' };
  await lab.cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { size: '1' } });
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** Somebody who may do exactly what the rules say. */
async function userWith(name: string, rules: readonly Rule[]): Promise<Cluster> {
  await lab.cluster.apply({ ...clusterRole(name, rules), apiVersion: RBAC, kind: 'ClusterRole', metadata: { name } });
  await lab.cluster.apply({
    apiVersion: RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }],
  });
  return connect({ kubeconfig: await lab.server.kubeconfigFor(name, []) });
}
const RBAC = 'rbac.authorization.k8s.io/v1';

async function neededRules(): Promise<Rule[]> {
  const facts = await lab.facts();
  return [...rulesOfPlan(makePlan(cases, facts), facts.resources), ...inventoryRules(facts.resources)];
}

describe('the role that is printed', () => {
  it('suffices for the whole run, inventory and teardown included', async () => {
    const before = await lab.everything();
    const user = await userWith('exact', await neededRules());
    try {
      const facts = await lab.facts(user);
      expect(facts.inventory.notRead).toEqual([]);
      const { report } = await lab.run(cases, { cluster: user, facts });
      expect(report.cases.map((one) => [one.outcome, one.because])).toEqual([
        ['pass', expect.any(String)],
        ['pass', expect.any(String)],
      ]);
      expect(report.leftovers).toEqual([]);
    } finally {
      await user.close();
    }
    const left = (await lab.everything()).filter((line) => !line.includes('/exact '));
    expect(left).toEqual(before);
  });

  it('names no verb that it does not need to name', async () => {
    const role = clusterRole('x', await neededRules());
    expect(role['rules']).toEqual(
      expect.arrayContaining([
        {
          apiGroups: ['batch'],
          resources: ['jobs'],
          verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
        },
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
        },
        {
          apiGroups: ['resource.k8s.io'],
          resources: ['deviceclasses'],
          verbs: ['create', 'delete', 'get', 'list', 'watch'],
        },
        { apiGroups: [''], resources: ['namespaces'], verbs: ['create', 'delete', 'get', 'list', 'watch'] },
      ]),
    );
    expect(JSON.stringify(role)).not.toContain('*');
  });
});

describe('a missing permission', () => {
  it('is found before anything is written, for the case that needs it, as the exact rule', async () => {
    const before = await lab.everything();
    const rules = (await neededRules()).map((rule) =>
      rule.resource === 'jobs'
        ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== 'create' && verb !== 'patch') }
        : rule,
    );
    const user = await userWith('less', rules);
    try {
      const { report } = await lab.run(cases, { cluster: user, facts: await lab.facts(user) });
      expect(report.cases).toMatchObject([
        {
          outcome: 'inconclusive',
          class: 'permission',
          because: 'missing permissions: create, patch on jobs.batch',
          remedy: expect.stringContaining('plimsoll rbac'),
        },
        { outcome: 'pass' },
      ]);
      expect(report.cases[0]).not.toHaveProperty('startedAt');
    } finally {
      await user.close();
    }
    expect((await lab.everything()).filter((line) => !line.includes('/less '))).toEqual(before);
  });

  it('of everything makes everything inconclusive', async () => {
    const user = await userWith('nobody', []);
    try {
      const { report } = await lab.run(cases, { cluster: user, facts: await lab.facts(user) });
      expect(report.cases.map((one) => [one.outcome, one.class])).toEqual([
        ['inconclusive', 'permission'],
        ['inconclusive', 'permission'],
      ]);
      expect(report).toMatchObject({ exitCode: 2, cluster: { fingerprint: 'unknown' } });
    } finally {
      await user.close();
    }
  });
});
