import type { Command } from 'commander';
import { stringify } from 'yaml';
import { PlimsollError } from '../errors.ts';
import { rulesOfPlan } from '../runner/plan/check-permissions.ts';
import { inventoryRules } from '../runner/plan/inventory-rules.ts';
import { makePlan } from '../runner/plan/make-plan.ts';
import { clusterRole, kitRules } from '../runner/plan/rules-of.ts';
import { addClusterOptions, type ClusterOptions, withCluster } from './run/cluster-options.ts';
import { addProbeOptions, type ProbeOptions, probeImage } from './run/probe-options.ts';
import { addSelectionOptions, type SelectionOptions, select } from './run/selection.ts';

interface RbacOptions extends ClusterOptions, SelectionOptions, ProbeOptions {
  name: string;
  serviceAccount?: string;
}

/** `plimsoll rbac`: the least ClusterRole with which the selected cases run. */
export function register(program: Command): void {
  const command = program
    .command('rbac')
    .description('print the least ClusterRole for the selected cases, for kubectl apply -f -');
  addProbeOptions(addSelectionOptions(addClusterOptions(command)))
    .option('--name <name>', 'name of the ClusterRole', 'plimsoll')
    .option('--service-account <namespace/name>', 'also a ServiceAccount with this role')
    .action(async (options: RbacOptions) => {
      const text = await withCluster(options, async (cluster) => {
        const { cases, facts, only } = await select(cluster, options);
        const probe = await probeImage(cluster, options);
        const rules = [
          ...rulesOfPlan(makePlan(cases, facts, only), facts.resources, kitRules(probe)),
          ...inventoryRules(facts.resources),
        ];
        const documents = [clusterRole(options.name, rules), ...accountOf(options)];
        return documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
      });
      process.stdout.write(text);
    });
}

function accountOf({ name: role, serviceAccount }: RbacOptions): Record<string, unknown>[] {
  if (serviceAccount === undefined) return [];
  const [namespace, name] = serviceAccount.split('/');
  if (!namespace || !name)
    throw new PlimsollError('service-account', `"${serviceAccount}" is no service account`, 'Write NAMESPACE/NAME.');
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: role },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}
