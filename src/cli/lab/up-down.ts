import { type Command, Option } from 'commander';
import { allAddons } from '../../../lab/addons/addons.ts';
import { parseFeatureGates, parseKubernetesFlags } from '../../../lab/control-plane/flags.ts';
import { POD_SECURITY_LEVELS, type PodSecurityLevel } from '../../../lab/control-plane/pod-security.ts';
import {
  CONFORMANT_ADDONS,
  DEFAULT_LAB,
  type Lab,
  type LabNode,
  labDown,
  NODE_DEFECTS,
  type NodeDefect,
  type NodeRequest,
} from '../../../lab/lab.ts';
import { printProgress } from '../../../lab/progress/print-progress.ts';
import { type AcceleratorsOption, acceleratorsOption, DEFAULT_COUNT, setupNames } from './accelerators-option.ts';
import { commaSeparated, several, type Taint, taint, wholeNumber } from './arguments.ts';
import { bringUp } from './bring-up.ts';

type Mode = 'device-plugin' | 'dra' | 'both';

interface UpOptions {
  name: string;
  nodes: number;
  accelerators: AcceleratorsOption;
  cpuNodes: number;
  mode: Mode;
  defect?: NodeDefect;
  with: string[];
  kubernetesFlag: string[];
  featureGates: string;
  dnsDomain: string;
  podSecurity: PodSecurityLevel;
  taintAcceleratorNodes: Taint[];
  port: number;
}

export const NAME_OPTION = [
  '--name <name>',
  'which lab; labs of different names run side by side',
  DEFAULT_LAB,
] as const;

/** `plimsoll lab up`, `lab down` and `lab build`. */
export function registerUpDown(lab: Command): void {
  lab
    .command('up')
    .description('bring a lab up: control plane, nodes, DNS, add-ons; what is not built yet is built first')
    .option(...NAME_OPTION)
    .option('--nodes <n>', 'nodes with accelerators', wholeNumber(0, 30), 2)
    .option(
      '--accelerators <n or node=setup,...>',
      `accelerators of each of them; or nodes by name, each with a set-up: ${setupNames()}; NODE=SETUP:N has N of them (default 2), and there are --nodes more nodes only when that is given`,
      acceleratorsOption,
      2,
    )
    .option('--cpu-nodes <n>', 'more nodes, without accelerators', wholeNumber(0, 30), 0)
    .addOption(
      new Option('--mode <mode>', 'how accelerators are handed out; both: every other node has the DRA driver')
        .choices(['device-plugin', 'dra', 'both'])
        .default('both'),
    )
    .addOption(
      new Option('--defect <defect>', 'a fault that nodes with accelerators have on purpose').choices(NODE_DEFECTS),
    )
    .option(
      '--with <name,...>',
      `add-ons: ${allAddons()
        .map(({ name }) => name)
        .join(', ')}; conformant: those of a lab that passes`,
      commaSeparated,
      [],
    )
    .option(
      '--kubernetes-flag <component:--flag=value>',
      'a flag of a component, such as scheduler:--v=4; may be repeated',
      several,
      [],
    )
    .option('--feature-gates <A=true,...>', 'feature gates of all components', '')
    .option('--dns-domain <domain>', 'the cluster domain', 'cluster.local')
    .addOption(
      new Option('--pod-security <level>', 'Pod Security level of namespaces without a label of their own')
        .choices([...POD_SECURITY_LEVELS])
        .default('privileged'),
    )
    .option(
      '--taint-accelerator-nodes <key=value:effect>',
      'a taint of every node with accelerators, also of those added later; may be repeated',
      taint,
      [],
    )
    .option('--port <port>', 'port of the API server on 127.0.0.1; 0: a free one', wholeNumber(0, 65_535), 0)
    .action(up);
  lab
    .command('down')
    .description('take a lab down, whole, half-made or left by a crash; nothing of it stays')
    .option(...NAME_OPTION)
    .action(async ({ name }: { name: string }) => {
      const was = await labDown(name, printProgress());
      process.stdout.write(was ? `the lab "${name}" is gone\n` : `there is no lab "${name}"; nothing to do\n`);
    });
  lab
    .command('build')
    .description('build what a lab needs (into ~/.cache/plimsoll) without bringing one up')
    .option('--with <name,...>', 'add-ons to build for too', commaSeparated, [])
    .option('--accelerators <setup,...>', 'accelerator set-ups to build for too', commaSeparated, [])
    .action(async (options: { with: string[]; accelerators: string[] }) => {
      const { buildLab } = await import('../../../lab/up/build-lab.ts');
      await buildLab(withConformant(options.with), options.accelerators, printProgress());
    });
}

async function up(options: UpOptions, command: Command): Promise<void> {
  const named = typeof options.accelerators === 'number' ? [] : options.accelerators;
  const more = named.length === 0 || command.getOptionValueSource('nodes') !== 'default';
  const lab = await bringUp({
    name: options.name,
    nodes: [...named, ...nodeRequests(more ? options : { ...options, nodes: 0 })],
    addons: withConformant(options.with),
    port: options.port,
    dnsDomain: options.dnsDomain,
    podSecurity: options.podSecurity,
    acceleratorTaints: options.taintAcceleratorNodes,
    kubernetes: {
      flags: parseKubernetesFlags(options.kubernetesFlag),
      featureGates: parseFeatureGates(options.featureGates),
    },
  });
  process.stdout.write(describe(lab));
}

/** The word `conformant` stands for the add-ons of a lab that passes. */
function withConformant(names: readonly string[]): string[] {
  return names.flatMap((name) => (name === 'conformant' ? CONFORMANT_ADDONS : [name]));
}

function nodeRequests({ nodes, accelerators: asked, cpuNodes, mode, defect }: UpOptions): NodeRequest[] {
  const accelerators = typeof asked === 'number' ? asked : DEFAULT_COUNT;
  const modeOf = (index: number): 'device-plugin' | 'dra' =>
    mode === 'both' ? ((['device-plugin', 'dra'] as const)[index % 2] ?? 'dra') : mode;
  return [
    ...Array.from(
      { length: nodes },
      (_, index): NodeRequest => ({
        accelerators,
        mode: modeOf(index),
        ...(defect === undefined ? {} : { defect }),
      }),
    ),
    ...Array.from({ length: cpuNodes }, (): NodeRequest => ({})),
  ];
}

function describe(lab: Lab): string {
  const { apiServer, nodesReady, dns, addons } = lab.timings;
  const times = [
    ['API server', apiServer],
    ['nodes Ready', nodesReady],
    ['DNS', dns],
    ['add-ons', addons],
  ] as const;
  const told = times.flatMap(([what, ms]) => (ms === undefined ? [] : [`${what} ${(ms / 1000).toFixed(1)} s`]));
  return [
    `the lab "${lab.name}" is up${lab.wasUp ? ' already' : ` (${told.join(', ')})`}`,
    ...lab.nodes.map((node) => `  ${node.name}  ${node.address}  ${nodeText(node)}`),
    ...(lab.addons.length > 0 ? [`  add-ons: ${lab.addons.join(', ')}`] : []),
    `export KUBECONFIG=${lab.kubeconfig}`,
    '',
  ].join('\n');
}

/** What a node has, in a few words. */
export function nodeText({ accelerators, mode, setup }: Pick<LabNode, 'accelerators' | 'mode' | 'setup'>): string {
  if (mode === 'none') return 'no accelerators';
  const count = accelerators.length;
  const by = mode === 'dra' ? 'DRA' : 'device plugin';
  return `${count} ${count === 1 ? 'accelerator' : 'accelerators'} by ${setup === undefined ? by : `${setup} (${by})`}`;
}
