import { type Command, Option } from 'commander';
import { checkPermissions, rulesOfPlan } from '../runner/plan/check-permissions.ts';
import { deviceUse } from '../runner/plan/device-use.ts';
import { imagesOf } from '../runner/plan/images-of.ts';
import { makePlan } from '../runner/plan/make-plan.ts';
import { missingPermissions } from '../runner/plan/missing-permissions.ts';
import { kitRules } from '../runner/plan/rules-of.ts';
import { tokenCapacities } from '../runner/schedule/token-capacity.ts';
import { terminalJson } from '../terminal-text.ts';
import { addClusterOptions, type ClusterOptions, withCluster } from './run/cluster-options.ts';
import { type PlanView, planText } from './run/plan-text.ts';
import { addProbeOptions, type ProbeOptions, probeImage } from './run/probe-options.ts';
import { addSelectionOptions, type SelectionOptions, select } from './run/selection.ts';

interface PlanOptions extends ClusterOptions, SelectionOptions, ProbeOptions {
  format: 'text' | 'json';
}

/** `plimsoll plan`: what a run would do, without writing anything. */
export function register(program: Command): void {
  const command = program
    .command('plan')
    .description('say what a run would do: cases, objects, images, permissions, waits (writes nothing)');
  addProbeOptions(addSelectionOptions(addClusterOptions(command)))
    .addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (options: PlanOptions) => {
      const view = await withCluster(options, async (cluster): Promise<PlanView> => {
        const selection = await select(cluster, options);
        const probe = await probeImage(cluster, options);
        const kit = kitRules(probe);
        const wished = makePlan(selection.cases, selection.facts, selection.only);
        const rules = rulesOfPlan(wished, selection.facts.resources, kit);
        const missing = await missingPermissions(cluster, rules);
        const plan = await checkPermissions(wished, cluster, kit);
        const devices = deviceUse(plan, tokenCapacities(selection.facts.inventory));
        return { ...selection, plan, rules, missing, images: imagesOf(plan, probe.image), devices };
      });
      process.stdout.write(options.format === 'json' ? terminalJson(plain(view)) : planText(view));
    });
}

function plain({ facts, requirements, plan, rules, missing, images, devices }: PlanView): Record<string, unknown> {
  return {
    checklist: facts.checklist,
    kubernetes: facts.kubernetes,
    simulated: facts.inventory.simulated,
    requirements,
    cases: plan.map(({ id, case: one, alternative, params, needs, omitted }) => ({
      id,
      requirement: one.requirement,
      title: one.title,
      kind: one.kind,
      bar: one.bar,
      alternative,
      params,
      needs,
      omitted,
    })),
    rules,
    missing,
    images,
    devices,
  };
}
