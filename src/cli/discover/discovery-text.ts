import { type AcceleratorSupply, unitOf } from '../../inventory/accelerator-supply.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { type Readiness, readiness } from '../../inventory/readiness.ts';
import { showNodes } from '../../inventory/remarks.ts';
import { terminalLine } from '../../terminal-text.ts';

/** What `plimsoll discover` prints: readable on hundreds of nodes, as alike ones are told together. */
export function discoveryText(inventory: Inventory): string {
  const { kubernetes, server, simulated } = inventory;
  const version = kubernetes.gitVersion === '' ? '' : `  Kubernetes ${kubernetes.gitVersion}`;
  const lines = [
    `${server}${version}${simulated ? '  (simulated accelerators or nodes)' : ''}`,
    ...nodeLines(inventory),
    '',
    'Accelerators',
    ...acceleratorLines(inventory),
    '',
    'Requirements',
    ...readiness(inventory).flatMap(requirementLines),
    ...section('Also there, and in no table', wrapped(inventory.others ?? [])),
    ...section(
      'Remarks',
      inventory.remarks.map(({ about, message, remedy }) => `  ${about}: ${message}; ${remedy}`),
    ),
    ...section(
      'Not read',
      inventory.notRead.flatMap(({ what, why, remedy }) => [`  ${what}: ${why}`, `    ${remedy}`]),
    ),
  ];
  return `${lines.map(terminalLine).join('\n')}\n`;
}

function requirementLines({ requirement, found, missing }: Readiness): string[] {
  const [few, rest] = [found.slice(0, 24), found.length - 24];
  return [
    `  ${requirement}`,
    ...few.map((one) => `    + ${one}`),
    ...(rest > 0 ? [`    + and ${rest} more`] : []),
    ...missing.flatMap(({ what, remedy }) => [`    - ${what}`, `      ${remedy}`]),
  ];
}

/** How many nodes take pods, and for each reason how many do not. */
function nodeLines({ nodes }: Inventory): string[] {
  const passed = nodes.filter(({ candidate }) => !candidate);
  const reasons = [...Map.groupBy(passed, ({ why = 'for no reason that is known' }) => why)].toSorted(
    (a, b) => b[1].length - a[1].length,
  );
  return [
    `${nodes.length} nodes, ${nodes.length - passed.length} of them take pods of a case`,
    ...reasons.map(([why, group]) => `  passed over: ${showNodes(group.map(({ name }) => name))}: ${why}`),
  ];
}

function acceleratorLines({ nodes, accelerators, otherOffers = [], unknownResources }: Inventory): string[] {
  const candidates = new Set(nodes.filter(({ candidate }) => candidate).map(({ name }) => name));
  const groups = Map.groupBy([...accelerators, ...otherOffers], (supply) =>
    JSON.stringify([alike(supply), candidates.has(supply.node)]),
  );
  const known = [...groups.values()].map((group) => acceleratorLine(group, candidates));
  const unknown = [...Map.groupBy(unknownResources, ({ name, amount }) => `${amount} × ${name}`)].map(
    ([what, group]) =>
      `  ? ${what} on ${showNodes(group.map(({ node }) => node))}: in no table; name it with --tables if it is an accelerator`,
  );
  const lines = [...known, ...unknown];
  return lines.length === 0 ? ['  none'] : lines;
}

/** Supplies that differ in nothing but their node and what is held. */
function alike({ mode, name, vendor, usable, physical, sharing, deviceClasses, unit }: AcceleratorSupply): unknown[] {
  return [mode, name, vendor, usable, physical, sharing, deviceClasses[0], unit];
}

const MANY = {
  device: 'devices',
  share: 'shares',
  partition: 'partitions',
  core: 'cores',
  amount: '',
  virtual: 'for virtual machines',
  unknown: 'of what, no table knows',
};

function acceleratorLine(group: readonly AcceleratorSupply[], candidates: ReadonlySet<string>): string {
  const [first] = group;
  if (first === undefined) return '';
  const { usable, mode, name, vendor, physical, sharing, deviceClasses } = first;
  const unit = unitOf(first);
  const free = group.reduce((sum, one) => sum + one.free, 0);
  const behind = physical !== undefined && physical !== usable ? ` of ${physical} devices` : '';
  const what = [`${MANY[unit]}${behind}`, sharing ?? '', vendor ?? 'vendor unknown']
    .filter((one) => one.trim() !== '')
    .join(', ');
  const asked = mode === 'dra' ? `${deviceClasses[0] ?? name} by DRA` : name;
  const each = group.length === 1 ? '' : ' each';
  const passed = candidates.has(first.node) ? '' : '; passed over';
  const counted =
    first.unbounded === true ? `${usable} shareable without bound` : `${free} of ${usable * group.length} free`;
  return `  ${showNodes(group.map(({ node }) => node))}: ${usable} × ${asked}${each} (${what}), ${counted}${passed}`;
}

function wrapped(names: readonly string[]): string[] {
  return names.length === 0
    ? []
    : names
        .slice(0, 40)
        .map((name) => `  ${name}`)
        .concat(names.length > 40 ? [`  and ${names.length - 40} more`] : []);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
