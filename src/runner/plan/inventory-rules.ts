import { STATUS_CONFIG_MAP } from '../../inventory/autoscaling/cluster-autoscaler-status.ts';
import { READ_KINDS } from '../../inventory/objects/cluster-objects.ts';
import type { Resources } from '../../kube/resources.ts';
import type { Rule } from './rules-of.ts';

/** Rules for taking the inventory of a cluster, for the kinds that it serves. A lab test runs with exactly these. */
export function inventoryRules(resources: Resources): Rule[] {
  const status: Rule = { group: '', resource: 'configmaps', name: STATUS_CONFIG_MAP.name, verbs: ['list'] };
  const kinds = READ_KINDS.flatMap(([group, kind]) => {
    const resource = resources.preferred(group, kind);
    return resource === undefined ? [] : [{ group, resource: resource.plural, verbs: ['list'] }];
  });
  return [...kinds, status];
}
