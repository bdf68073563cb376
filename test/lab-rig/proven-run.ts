import { join } from 'node:path';
import { expect } from 'vitest';
import type { CaseOptions } from '../../src/case-kit/facts.ts';
import type { Case } from '../../src/case-kit/index.ts';
import { type RunObserver, type RunReport, verify } from '../../src/evidence/index.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { TABLES, type Tables } from '../../src/inventory/tables.ts';
import { takeInventory } from '../../src/inventory/take-inventory.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import type { RequirementId } from '../../src/program/requirement-facts.ts';
import { newRunId } from '../../src/runner/run/open-folder.ts';
import { run } from '../../src/runner/run/run.ts';

/** What is run. What is left out is as for a user who names nothing. */
export interface Asked {
  readonly requirement: RequirementId;
  readonly cases: readonly Case[];
  /** The cases to run, by their names without the requirement. Default all. */
  readonly only?: readonly string[] | undefined;
  readonly tables?: Tables | undefined;
  /** What the cases are to be told of the inventory. Default all. */
  readonly shown?: ((whole: Inventory) => Inventory) | undefined;
  readonly options?: Partial<CaseOptions> | undefined;
  readonly observer?: RunObserver | undefined;
  readonly id?: string | undefined;
}

/**
 * Runs a requirement's cases on a cluster, in a folder of their own below `at.folder`. Whatever they come to, nothing may be left in
 * the cluster, and the evidence has to bear the report out: otherwise the test fails here.
 */
export async function provenRun(
  at: { readonly cluster: Cluster; readonly folder: string },
  { requirement, cases, only, tables = TABLES, shown = (whole) => whole, options, observer, id = newRunId() }: Asked,
): Promise<RunReport> {
  const inventory = shown(await takeInventory(at.cluster, tables));
  const folder = join(at.folder, id);
  const report = await run({
    cluster: at.cluster,
    facts: {
      kubernetes: inventory.kubernetes,
      checklist: '1.37',
      resources: await at.cluster.resources(),
      inventory,
      options: { allowScale: false, allowInstall: false, allowDisrupt: false, ...options },
    },
    cases,
    requirements: [requirement],
    ...(only === undefined ? {} : { only: new Set(only.map((name) => `${requirement}/${name}`)) }),
    version: 'test',
    probe: { image: 'busybox:1.37' },
    run: id,
    folder,
    observers: observer === undefined ? [] : [observer],
  });
  expect(report.leftovers).toEqual([]);
  expect(await verify(folder, cases, 'test')).toMatchObject({ discrepancies: [] });
  return report;
}
