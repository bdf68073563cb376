import type { Cluster } from '../../kube/cluster.ts';
import type { Resources } from '../../kube/resources.ts';
import { missingPermissions, showRule } from './missing-permissions.ts';
import type { Planned } from './planned.ts';
import { KIT_RULES, merged, type Rule, rulesOf } from './rules-of.ts';

/** All that a plan needs: the kit's own rules and those of every instance that is to run. */
export function rulesOfPlan(plan: readonly Planned[], resources: Resources, kit: readonly Rule[] = KIT_RULES): Rule[] {
  const running = plan.filter((planned) => planned.omitted === undefined);
  return merged([...kit, ...running.flatMap((planned) => rulesOf(planned.needs, resources))]);
}

/**
 * The plan with every instance left out for which a permission is missing: inconclusive(permission) with the exact rules. Asked before
 * the first write, so that no case is stopped half-way by RBAC.
 */
export async function checkPermissions(
  plan: readonly Planned[],
  cluster: Cluster,
  kit: readonly Rule[] = KIT_RULES,
): Promise<Planned[]> {
  const resources = await cluster.resources();
  const missing = await missingPermissions(cluster, rulesOfPlan(plan, resources, kit));
  return plan.map((planned) => {
    if (planned.omitted !== undefined) return planned;
    const own = merged([...kit, ...rulesOf(planned.needs, resources)]);
    const lacking = own.flatMap((rule) => lackingOf(rule, missing));
    if (lacking.length === 0) return planned;
    return {
      ...planned,
      omitted: {
        outcome: 'inconclusive',
        class: 'permission',
        code: 'forbidden',
        message: `missing permissions: ${lacking.map(showRule).join('; ')}`,
        remedy: 'Grant them: `plimsoll rbac | kubectl apply -f -` makes the ClusterRole; bind it to who runs plimsoll.',
      },
    };
  });
}

function lackingOf(rule: Rule, missing: readonly Rule[]): Rule[] {
  const same = missing.find(
    (one) =>
      one.group === rule.group && one.resource === rule.resource && one.url === rule.url && one.name === rule.name,
  );
  const verbs = rule.verbs.filter((verb) => same?.verbs.includes(verb));
  return verbs.length === 0 ? [] : [{ ...rule, verbs }];
}
