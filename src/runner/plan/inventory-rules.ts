import { STATUS_CONFIG_MAP } from '../../inventory/autoscaling/cluster-autoscaler-status.ts';
import { COLLECTOR_KINDS } from '../../inventory/monitoring.ts';
import type { Resources } from '../../kube/resources.ts';
import type { Rule } from './rules-of.ts';

/** Group and kind of what src/inventory reads. A lab test runs with exactly these rules: what is missing here shows there. */
const READ_BY_INVENTORY: readonly (readonly [group: string, kind: string])[] = [
  ['', 'Node'],
  ['', 'Pod'],
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['resource.k8s.io', 'ResourceSlice'],
  ['resource.k8s.io', 'ResourceClaim'],
  ['resource.k8s.io', 'DeviceClass'],
  ['gateway.networking.k8s.io', 'GatewayClass'],
  ['apiregistration.k8s.io', 'APIService'],
  ['node.k8s.io', 'RuntimeClass'],
  ['karpenter.sh', 'NodePool'],
  ['cluster.x-k8s.io', 'MachineDeployment'],
  ['cluster.x-k8s.io', 'MachineSet'],
  ['cluster.x-k8s.io', 'MachinePool'],
  ['autoscaling.openshift.io', 'MachineAutoscaler'],
  ['machine.openshift.io', 'MachineSet'],
  ['', 'Service'],
  ...COLLECTOR_KINDS.map((kind): readonly [string, string] => {
    const cut = kind.indexOf('/');
    return [kind.slice(0, cut), kind.slice(cut + 1)];
  }),
];

/** Rules for taking the inventory of a cluster, for the kinds that it serves. */
export function inventoryRules(resources: Resources): Rule[] {
  const status: Rule = { group: '', resource: 'configmaps', name: STATUS_CONFIG_MAP.name, verbs: ['list'] };
  const kinds = READ_BY_INVENTORY.flatMap(([group, kind]) => {
    const resource = resources.preferred(group, kind);
    return resource === undefined ? [] : [{ group, resource: resource.plural, verbs: ['list'] }];
  });
  return [...kinds, status];
}
