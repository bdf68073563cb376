import { describe, expect, it } from 'vitest';
import type { Facts, Instance } from '../../case-kit/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { controllerRuns } from './controller-runs.ts';
import { fill, mergePatch, type OperatorParams, unknownFields, withFields } from './operator.ts';
import { reconcilesAndRepairs } from './reconciles-and-repairs.ts';
import { survivesRestart } from './survives-restart.ts';
import { webhookDecides } from './webhook-decides.ts';

function facts(
  ids: readonly string[],
  more: { found?: readonly string[]; nodes?: number; disrupt?: boolean } = {},
): Facts {
  const operators = TABLES.operators.filter(({ id }) => ids.includes(id));
  const nodes = ['tainted', 'plain'].slice(0, more.nodes ?? 2).map((name) => ({
    name,
    candidate: true,
    tolerations: name === 'tainted' ? [{ key: 'gpu', operator: 'Exists' }] : [],
    free: { cpu: 2, pods: 100 },
  }));
  return {
    resources: {
      find: (kind: unknown) => ({ group: String(kind).split('/')[0], plural: 'things' }),
      versions: () => [{ namespaced: true }],
    },
    inventory: {
      nodes,
      operators: operators.map((profile) => ({
        profile,
        apiVersion: `${profile.api.split('/')[0]}/${profile.versions[0]}`,
        versions: profile.versions,
        plural: 'things',
        controllers: [],
      })),
      solutions: (more.found ?? []).map((title) => ({ id: title.toLowerCase(), title, role: 'operator' })),
    },
    options: { allowScale: false, allowInstall: false, allowDisrupt: more.disrupt ?? false },
  } as unknown as Facts;
}

describe('the plan', () => {
  it.each([controllerRuns, webhookDecides, reconcilesAndRepairs])(
    'is not-found without an operator, never a pass',
    (one) => {
      expect(one.plan(facts([]))).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
      expect(one.plan(facts(['kueue']))).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
    },
  );

  it('tries each operator as an alternative, on a node without taints where there is one', () => {
    const planned = controllerRuns.plan(facts(['jobset', 'kuberay', 'kueue'])) as Instance<OperatorParams>[];
    expect(planned.map((one) => [one.variant, one.alternative])).toEqual([
      ['jobset', 'jobset'],
      ['kuberay', 'kuberay'],
    ]);
    expect(planned[0]?.params.place).toEqual({ node: 'plain', tolerations: [] });
    const [tainted] = controllerRuns.plan(facts(['jobset'], { nodes: 1 })) as Instance<OperatorParams>[];
    expect(tainted?.params.place.tolerations).toHaveLength(1);
    expect(controllerRuns.plan(facts(['jobset'], { nodes: 0 }))).toMatchObject({ class: 'capacity' });
  });

  it('names an operator without a profile as one that was not tried', () => {
    expect(controllerRuns.plan(facts(['jobset'], { found: ['KServe'] }))).toMatchObject([
      { alternative: 'jobset' },
      { alternative: 'kserve', notRun: { outcome: 'inconclusive', class: 'not-found' } },
    ]);
  });

  it('lets nobody be restarted who did not agree, and then nobody meet it', () => {
    expect(survivesRestart.plan(facts(['jobset']))).toMatchObject({ outcome: 'inconclusive', class: 'not-enabled' });
    expect(survivesRestart.plan(facts(['jobset'], { disrupt: true }))).toMatchObject([
      { needs: { tokens: { 'slots/operators': 'all' } } },
    ]);
  });
});

describe('a profile', () => {
  const filling = {
    api: 'example.com/v1',
    name: 'probe',
    namespace: 'ns',
    image: 'busybox',
    pod: (container: string) => ({ containers: [{ name: container, image: 'busybox' }], restartPolicy: 'Never' }),
  };

  it('is filled: texts, pods, and what is added to them', () => {
    const template = {
      apiVersion: '{api}',
      spec: {
        size: 1,
        '{other}': '{other} {name}-{namespace}',
        pod: { $pod: 'c', $container: { tty: true }, hostname: '{name}' },
      },
    };
    expect(fill(template, filling)).toEqual({
      apiVersion: 'example.com/v1',
      spec: {
        size: 1,
        '{other}': '{other} probe-ns',
        pod: { restartPolicy: 'Never', hostname: 'probe', containers: [{ name: 'c', image: 'busybox', tty: true }] },
      },
    });
  });

  it.each(TABLES.operators)(
    '$id leaves no placeholder that is not known, and says all that its cases need',
    (profile) => {
      for (const template of [...profile.prepare, profile.valid])
        expect(JSON.stringify(fill(template, filling))).not.toMatch(/\{\w+\}|\$pod/);
      const kinds = [...profile.children.map(({ of }) => of), ...profile.between];
      for (const of of [profile.repair?.of, profile.managedField?.of])
        if (of !== undefined) expect(kinds).toContain(of);
    },
  );
});

describe('fields', () => {
  const current = { spec: { jobs: [{ name: 'a', limit: 6 }, { name: 'b' }], network: { dns: true } } };

  it('are set without touching the object itself, lists included', () => {
    const changed = withFields(current, [{ field: 'spec.jobs.0.limit', to: 5 }]);
    expect(changed.spec.jobs).toEqual([{ name: 'a', limit: 5 }, { name: 'b' }]);
    expect(current.spec.jobs[0]?.limit).toBe(6);
    expect(withFields({}, [{ field: 'spec.a.b', to: null }])).toEqual({ spec: { a: { b: null } } });
  });

  it('make a merge patch that sends whole lists', () => {
    expect(mergePatch(current, [{ field: 'spec.network.dns', to: false }])).toEqual({
      spec: { network: { dns: false } },
    });
    expect(mergePatch(current, [{ field: 'spec.jobs.0.limit', to: 5 }])).toEqual({
      spec: { jobs: [{ name: 'a', limit: 5 }, { name: 'b' }] },
    });
  });

  it('that the answer has not are unknown to the schema', () => {
    expect(
      unknownFields(current, [
        { field: 'spec.jobs.0.limit', to: 5 },
        { field: 'spec.new', to: 1 },
      ]),
    ).toEqual(['spec.new']);
  });
});
