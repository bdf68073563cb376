import type { CaseDefinition } from '../../../case-kit/define-case.ts';
import type { Facts } from '../../../case-kit/index.ts';
import { pluginSupplies } from '../../../inventory/accelerators.ts';
import { nodeFacts } from '../../../inventory/node-facts.ts';
import { TABLES } from '../../../inventory/tables.ts';
import type { AcceleratorTarget } from '../targets.ts';

/** What the plan of a case makes of a node with these labels and extended resources; RuntimeClasses by name. */
export function plannedOn(
  planned: CaseDefinition<AcceleratorTarget>,
  is: { labels?: Record<string, string>; allocatable: Record<string, string>; runtimeClasses?: readonly string[] },
): AcceleratorTarget {
  const node = nodeFacts({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', labels: { 'kubernetes.io/os': 'linux', ...is.labels } },
    status: { allocatable: is.allocatable, conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const { supplies: accelerators } = pluginSupplies([node], new Map(), TABLES);
  const runtimeClasses = (is.runtimeClasses ?? []).map((name) => ({ name, handler: name }));
  const inventory = { nodes: [node], accelerators, vendors: TABLES.vendors, runtimeClasses, dra: { versions: [] } };
  const plan = planned.plan({ inventory } as unknown as Facts);
  const [first] = 'outcome' in plan ? [] : plan;
  if (first === undefined || !('params' in first)) throw new Error(`not planned: ${JSON.stringify(plan)}`);
  return first.params;
}
