import { type Command, Option } from 'commander';
import { type Inventory, usableSupplies } from '../inventory/inventory.ts';
import { type Readiness, readiness } from '../inventory/readiness.ts';
import { readTables } from '../inventory/tables.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { addClusterOptions, type ClusterOptions, withCluster } from './run/cluster-options.ts';

interface DiscoverOptions extends ClusterOptions {
  tables?: string;
  format: 'text' | 'json';
}

/** `plimsoll discover`: what the cluster offers, read only. */
export function register(program: Command): void {
  const command = program
    .command('discover')
    .description('list what the cluster offers and what each requirement would need (reads only)');
  addClusterOptions(command)
    .option('--tables <file>', 'more rows for the discovery tables (JSON or YAML)')
    .addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (options: DiscoverOptions) => {
      const tables = await readTables(options.tables);
      const inventory = await withCluster(options, (cluster) => takeInventory(cluster, tables));
      const ready = readiness(inventory);
      const text =
        options.format === 'json'
          ? `${JSON.stringify({ inventory, readiness: ready }, null, 2)}\n`
          : show(inventory, ready);
      process.stdout.write(text);
    });
}

function show(inventory: Inventory, ready: readonly Readiness[]): string {
  const { nodes, accelerators } = inventory;
  const candidates = nodes.filter((node) => node.candidate).length;
  const lines = [
    `${inventory.server}  Kubernetes ${inventory.kubernetes.gitVersion}${inventory.simulated ? '  (simulated accelerators or nodes)' : ''}`,
    `${nodes.length} nodes, ${candidates} of them take pods of a case`,
    '',
    'Accelerators',
    ...(accelerators.length === 0 ? ['  none'] : usableSupplies(inventory).map(acceleratorLine)),
    ...inventory.unknownResources.map(
      (resource) =>
        `  ? ${resource.amount} × ${resource.name} on ${resource.node}: in no table; name it with --tables if it is an accelerator`,
    ),
    '',
    'Requirements',
    ...ready.flatMap((row) => [
      `  ${row.requirement}`,
      ...row.found.map((found) => `    + ${found}`),
      ...row.missing.flatMap((missing) => [`    - ${missing.what}`, `      ${missing.remedy}`]),
    ]),
    ...section(
      'Remarks',
      inventory.remarks.map((remark) => `  ${remark.about}: ${remark.message}; ${remark.remedy}`),
    ),
    ...section(
      'Not read',
      inventory.notRead.map((missed) => `  ${missed.what}: ${missed.why}\n    ${missed.remedy}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function acceleratorLine(supply: Inventory['accelerators'][number]): string {
  const known = supply.vendor ?? 'vendor unknown';
  return `  ${supply.node}: ${supply.free} of ${supply.usable} free, ${supply.name} by ${supply.mode} (${known})`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
