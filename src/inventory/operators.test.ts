import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Resources } from '../kube/resources.ts';
import { findOperators, type OperatorFound } from './operators.ts';
import { operatorReadiness } from './readiness.ts';
import { readTables, TABLES } from './tables.ts';

function serving(versions: Readonly<Record<string, readonly string[]>>): Resources {
  const of = (group: string, kind: string): unknown[] =>
    (versions[`${group}/${kind}`] ?? []).map((version) => ({ group, version, plural: `${kind.toLowerCase()}s` }));
  return { versions: of } as unknown as Resources;
}

function profile(more = ''): string {
  return `operators:
- id: widgets
  title: Widgets
  role: operator
  api: example.com/Widget
  versions: [v1]
  controllers: [widget-*]
  webhook: { expected: true, invalid: [{ why: a widget has a size, set: [{ field: spec.size, to: 0 }] }] }
  valid: { apiVersion: "{api}", kind: Widget, metadata: { name: "{name}" }, spec: { size: 1 } }
  pods: 1
  ready: [{ condition: Ready, is: "True" }]
${more}`;
}

async function tablesWith(text: string): ReturnType<typeof readTables> {
  const file = join(await mkdtemp(join(tmpdir(), 'plimsoll-profiles-')), 'profiles.yaml');
  await writeFile(file, text);
  return readTables(file);
}

describe('operators', () => {
  const controller = { kind: 'Deployment', namespace: 'jobset-system', name: 'jobset-controller-manager' };
  const controllers = [{ ...controller, ready: 1, wanted: 1 }];

  it('are found by their API, with the version that the profile speaks and their controllers', () => {
    const found = findOperators(
      serving({ 'jobset.x-k8s.io/JobSet': ['v1alpha2'], 'ray.io/RayCluster': ['v3'] }),
      controllers,
      TABLES.operators,
    );
    expect(found).toMatchObject([
      { profile: { id: 'jobset' }, apiVersion: 'jobset.x-k8s.io/v1alpha2', controllers },
      { profile: { id: 'kuberay' }, apiVersion: undefined, versions: ['v3'], controllers: [] },
    ]);
    expect(findOperators(serving({}), controllers, TABLES.operators)).toEqual([]);
  });

  it('take profiles of a file, which win over those of the project', async () => {
    const { operators } = await tablesWith(profile());
    expect(operators[0]).toMatchObject({ id: 'widgets', prepare: [], children: [], between: [] });
    const own = await tablesWith(profile().replace('id: widgets', 'id: jobset'));
    const found = findOperators(
      serving({ 'example.com/Widget': ['v1'], 'jobset.x-k8s.io/JobSet': ['v1alpha2'] }),
      [],
      own.operators,
    );
    expect(found.map((one) => one.profile.api)).toEqual(['example.com/Widget']);
  });

  it.each([
    ['  repair: { of: pods }', 'operators[0].repair.of'],
    ['  unknown: 1', 'Unrecognized key: "unknown"'],
    ['  managedField: { of: v1/Pod, field: "spec[0]", to: 1 }', 'operators[0].managedField.field'],
  ])('a profile with %s is refused by its place', async (line, place) => {
    await expect(tablesWith(profile(line))).rejects.toMatchObject({
      code: 'tables-file',
      message: expect.stringContaining(place) as string,
    });
  });

  it('stand in what is ready, those of a profile alone too; without a profile none can be tried', async () => {
    const told = (ids: readonly string[], operators: readonly OperatorFound[]): unknown =>
      operatorReadiness({
        solutions: ids.map((id) => ({ id, title: id, role: 'operator', supported: false, apis: {}, controllers: [] })),
        operators,
      });
    const { operators } = await tablesWith(profile());
    const found = findOperators(
      serving({ 'example.com/Widget': ['v1'], 'jobset.x-k8s.io/JobSet': ['v1alpha2'] }),
      [],
      operators,
    );
    expect(told(['jobset', 'kserve'], found)).toMatchObject({
      found: ['jobset', 'kserve (no profile)', 'Widgets (v1), by a profile'],
      missing: [],
    });
    expect(told(['kserve'], [])).toMatchObject({
      missing: [{ remedy: expect.stringContaining('--tables') as string }],
    });
    expect(told([], [])).toMatchObject({
      found: [],
      missing: [{ remedy: expect.stringContaining('install') as string }],
    });
  });
});
