import type { Command } from 'commander';
import type { Facts } from '../../case-kit/facts.ts';
import type { Case } from '../../case-kit/index.ts';
import { limited } from '../../inventory/limited.ts';
import type { ClusterObjects } from '../../inventory/objects/cluster-objects.ts';
import { readTables } from '../../inventory/tables.ts';
import { takeInventoryWithObjects } from '../../inventory/take-inventory.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { checklist, isRequirementId, versions } from '../../program/checklist.ts';
import type { RequirementId } from '../../program/requirement-facts.ts';
import type { Version } from '../../program/versions.ts';
import { ALL_CASES } from '../../requirements/all-cases.ts';
import { oneOf } from '../choice.ts';
import { type AutoscalingFlags, addAutoscalingOptions, autoscalingOptions } from './autoscaling-options.ts';
import { addLoadOption, type LoadFlags, withLoad } from './load-option.ts';
import { addLimitOptions, type LimitFlags, limitsOf } from './production-options.ts';

/** What to run, as `run`, `plan`, `rbac` and `images` are told. */
export interface SelectionOptions extends AutoscalingFlags, LimitFlags, LoadFlags {
  only?: string[];
  checklist?: string;
  tables?: string;
  allowScale?: boolean;
  allowInstall?: boolean;
  allowDisrupt?: boolean;
}

export interface Selection {
  readonly facts: Facts;
  /** What the inventory rests on. */
  readonly objects: ClusterObjects;
  /** All cases of the requirements, and of these the ones to run. */
  readonly cases: readonly Case[];
  readonly only: ReadonlySet<string>;
  readonly requirements: readonly RequirementId[];
}

export function addSelectionOptions(command: Command): Command {
  return addLoadOption(addLimitOptions(addAutoscalingOptions(command)))
    .option('--only <names...>', 'requirements or cases, for example gang_scheduling; default: all of the checklist')
    .option('--checklist <version>', `${versions.join(', ')}; default: the cluster's own version`)
    .option('--tables <file>', 'more rows for the discovery tables (JSON or YAML)')
    .option('--allow-scale', 'cases may add and remove nodes')
    .option('--allow-install', 'cases may install what is missing')
    .option('--allow-disrupt', 'cases may disturb what runs already');
}

/** Takes the inventory and picks the cases. @throws PlimsollError `unknown-value` for names that are none */
export async function select(cluster: Cluster, options: SelectionOptions): Promise<Selection> {
  const named = (options.only ?? []).flatMap((names) => names.split(','));
  const known = [...new Set([...ALL_CASES.map((one) => one.requirement), ...ALL_CASES.map((one) => one.id)])];
  for (const name of named) if (!isRequirementId(name)) oneOf('--only', name, known);
  const asked = options.checklist === undefined ? undefined : oneOf('--checklist', options.checklist, versions);
  const autoscaling = autoscalingOptions(options);
  const limits = limitsOf(options);
  const { inventory: whole, objects } = await takeInventoryWithObjects(cluster, await readTables(options.tables));
  const inventory = withLoad(limited(whole, limits), options);
  const facts: Facts = {
    kubernetes: inventory.kubernetes,
    checklist: asked ?? checklistFor(inventory.kubernetes.minor),
    resources: await cluster.resources(),
    inventory,
    options: {
      allowScale: options.allowScale ?? false,
      allowInstall: options.allowInstall ?? false,
      allowDisrupt: options.allowDisrupt ?? false,
      autoscaling,
    },
  };
  const wanted = (one: Case): boolean => named.includes(one.requirement) || named.includes(one.id);
  const picked = named.length === 0 ? ALL_CASES : ALL_CASES.filter(wanted);
  const touched = new Set<string>([...named, ...picked.map((one) => one.requirement)]);
  const all = checklist(facts.checklist).requirements.map((one) => one.id);
  return {
    facts,
    objects,
    cases: ALL_CASES.filter((one) => named.length === 0 || touched.has(one.requirement)),
    only: new Set(picked.map((one) => one.id)),
    requirements: all.filter((id) => named.length === 0 || touched.has(id)),
  };
}

/** The cluster's own version where there is a checklist of it, else the nearest one. */
function checklistFor(minor: number): Version {
  const numbers = versions.map((version) => Number(version.split('.')[1]));
  const nearest = numbers.toSorted((a, b) => Math.abs(a - minor) - Math.abs(b - minor))[0];
  return versions.find((version) => version === `1.${nearest}`) ?? '1.37';
}
