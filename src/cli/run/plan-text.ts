import { showDuration } from '../../evidence/index.ts';
import type { NodeUse } from '../../runner/plan/device-use.ts';
import { showRule } from '../../runner/plan/missing-permissions.ts';
import { leastWait, type Planned } from '../../runner/plan/planned.ts';
import type { Rule } from '../../runner/plan/rules-of.ts';
import { terminalLine } from '../../terminal-text.ts';
import type { Selection } from './selection.ts';

export interface PlanView extends Selection {
  readonly plan: readonly Planned[];
  readonly rules: readonly Rule[];
  readonly missing: readonly Rule[];
  readonly images: readonly string[];
  readonly devices: readonly NodeUse[];
}

/** The plan for people: what runs, what it takes, what it waits for, what does not run and why. */
export function planText(view: PlanView): string {
  const { facts, plan, rules, missing, images, devices } = view;
  const running = plan.filter((one) => one.omitted === undefined);
  const longest = running.toSorted((a, b) => leastWait(b) - leastWait(a))[0];
  const lines = [
    `Checklist ${facts.checklist}, cluster ${facts.kubernetes.gitVersion}${facts.inventory.simulated ? ' (simulated accelerators or nodes)' : ''}`,
    '',
    `${running.length} of ${plan.length} cases run`,
    ...running.flatMap(caseLines),
    ...section('Not run', plan.filter((one) => one.omitted !== undefined).flatMap(omittedLines)),
    ...section('Not covered', uncovered(view)),
    ...section('Accelerators', deviceLines(devices)),
    ...section(
      'Images',
      images.map((image) => `  ${image}`),
    ),
    ...section(
      'Permissions',
      rules.map((rule) => `  ${showRule(rule)}`),
    ),
    ...section(
      'Permissions that are missing',
      missing.map((rule) => `  ${showRule(rule)}`),
    ),
    '',
    longest === undefined
      ? 'Nothing would be written.'
      : `At least ${showDuration(leastWait(longest))}: ${longest.id} waits so long whatever the platform does. Nothing has been written.`,
  ];
  return `${lines.map(terminalLine).join('\n')}\n`;
}

/** What other people's work will miss meanwhile. */
function deviceLines(devices: readonly NodeUse[]): string[] {
  if (devices.length === 0) return [];
  const sum = devices.reduce((total, { deviceMinutes }) => total + deviceMinutes, 0);
  return [
    ...devices.map(
      ({ node, devices: most, filled, deviceMinutes }) =>
        `  ${node}: up to ${most} at a time${filled ? ' (all that are free: the node is filled)' : ''}, ${deviceMinutes} device-minutes`,
    ),
    `  ${Math.round(10 * sum) / 10} device-minutes together, at least (--nodes and --leave bound it)`,
  ];
}

function caseLines(one: Planned): string[] {
  const { needs } = one;
  const tokens = Object.entries(needs.tokens ?? {}).map(([token, amount]) => `${token} ${String(amount)}`);
  const details = [
    tokens.length === 0 ? undefined : `takes ${tokens.join(', ')}`,
    needs.creates === undefined ? undefined : `creates ${needs.creates.join(', ')}`,
    needs.changes === undefined ? undefined : `changes ${needs.changes.join(', ')}`,
    needs.podSecurity === undefined ? undefined : `pod security ${needs.podSecurity.level}: ${needs.podSecurity.why}`,
    ...(needs.waits ?? []).map((wait) => `waits ${showDuration(wait.least)}: ${wait.why}`),
  ];
  return [
    `  ${one.id} (${one.case.kind}, ${one.case.bar})`,
    `    ${one.case.title}`,
    ...details.flatMap((detail) => (detail === undefined ? [] : [`    ${detail}`])),
  ];
}

function omittedLines({ id, omitted }: Planned): string[] {
  if (omitted === undefined) return [];
  const { outcome, class: why, message, remedy } = omitted;
  const head = `  ${id}: ${outcome}${why === undefined ? '' : ` (${why})`}: ${message}`;
  return remedy === undefined ? [head] : [head, `    ${remedy}`];
}

/** Requirements of the checklist for which this version has no case: they stay inconclusive. */
function uncovered({ plan, requirements }: PlanView): string[] {
  return requirements
    .filter((id) => !plan.some((one) => one.case.requirement === id))
    .map((id) => `  ${id}: no case yet`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
