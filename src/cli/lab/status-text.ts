import type { LabStatus } from '../../../lab/lab.ts';

type Box = NonNullable<LabStatus['controlPlane']>;

/** The status of one lab for people. */
export function statusText(lab: LabStatus): string {
  if (lab.kind === 'none') return `there is no lab "${lab.name}"\n`;
  const lines = [headline(lab), `  kubeconfig  ${lab.kubeconfig}`];
  if (lab.addons.length > 0) lines.push(`  add-ons     ${lab.addons.join(', ')}`);
  lines.push(`  memory      ${mib(lab.memoryBytes)} in all`);
  if (lab.controlPlane) lines.push('  control plane', ...services(lab.controlPlane));
  for (const node of lab.nodes) {
    const by = `${node.setup ?? node.mode}${node.relaxed === undefined ? '' : ', one check relaxed'}`;
    const accelerators = node.mode === 'none' ? '' : `, ${node.accelerators} accelerators (${by})`;
    const state = node.running ? node.condition : 'its PID 1 has ended';
    lines.push(`  ${node.name}  ${node.address}  ${state}${accelerators}, ${mib(node.memoryBytes)}`, ...services(node));
  }
  return `${lines.join('\n')}\n`;
}

function headline({ name, kind, why, server, createdAt }: LabStatus): string {
  if (kind === 'whole') return `lab "${name}" is up: ${server}, since ${createdAt}`;
  if (kind === 'busy') return `lab "${name}" is being worked on: ${why}`;
  return `lab "${name}" is broken: ${why}. \`plimsoll lab down --name ${name}\` clears it, \`lab up\` brings it up anew.`;
}

function services({ services: list }: Box): string[] {
  return list.map(({ name, pid, memoryBytes, restarts }) => {
    const state = pid === undefined ? 'down' : `pid ${pid}`;
    const again = restarts > 0 ? `  restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}` : '';
    return `    ${name.padEnd(20)}${state.padEnd(13)}${mib(memoryBytes).padStart(9)}${again}`;
  });
}

function mib(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
}
