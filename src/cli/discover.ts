import { type Command, Option } from 'commander';
import { PlimsollError } from '../errors.ts';
import { discoveryOf } from '../inventory/discovery.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { readFiles } from '../inventory/objects/read-files.ts';
import { readTables } from '../inventory/tables.ts';
import { inventoryOf, takeInventory } from '../inventory/take-inventory.ts';
import { terminalJson } from '../terminal-text.ts';
import { discoveryText } from './discover/discovery-text.ts';
import { deliver } from './output-target.ts';
import { addClusterOptions, type ClusterOptions, withCluster } from './run/cluster-options.ts';

interface DiscoverOptions extends ClusterOptions {
  tables?: string;
  from?: string[];
  format: 'text' | 'json';
}

/** `plimsoll discover`: what a cluster offers, read only, or what files of its objects say that it does. */
export function register(program: Command): void {
  const command = program
    .command('discover')
    .description('list what the cluster offers and what each requirement would need (reads only)');
  addClusterOptions(command)
    .option(
      '--from <paths...>',
      'files or folders of objects (JSON, YAML, a must-gather, a run folder; - is standard input) instead of a cluster',
    )
    .option('--tables <file>', 'more rows for the discovery tables (JSON or YAML)')
    .addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (options: DiscoverOptions) => {
      const inventory = await inventoryFor(options);
      await deliver(
        options.format === 'json' ? terminalJson(discoveryOf(inventory)) : discoveryText(inventory),
        undefined,
      );
    });
}

async function inventoryFor(options: DiscoverOptions): Promise<Inventory> {
  const tables = await readTables(options.tables);
  if (options.from === undefined) return withCluster(options, (cluster) => takeInventory(cluster, tables));
  if (options.kubeconfig !== undefined || options.context !== undefined || options.lab !== undefined)
    throw new PlimsollError('two-clusters', '--from and a cluster are both named', 'Give one of them.');
  return inventoryOf(await readFiles(options.from), tables);
}
