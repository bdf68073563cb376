import { PlimsollError } from '../../errors.ts';
import { type MeteredNode, meteredNodes } from '../../inventory/metered-nodes.ts';
import { rowsOfMaker } from '../../inventory/metrics-tables.ts';
import { readFiles } from '../../inventory/objects/read-files.ts';
import type { Tables } from '../../inventory/tables.ts';
import { inventoryOf } from '../../inventory/take-inventory.ts';

/**
 * The accelerators that have to be measured on the node that a page is of, counted from its objects as a run counts them.
 * @throws PlimsollError `node-not-clear`
 */
export async function nodesFrom(
  paths: readonly string[],
  tables: Tables,
  { devices, node, vendor }: { devices: number | undefined; node: string | undefined; vendor: string | undefined },
): Promise<MeteredNode> {
  const all = meteredNodes(inventoryOf(await readFiles(paths), tables));
  const makers = vendor === undefined ? undefined : rowsOfMaker(vendor, tables.acceleratorMetrics).own;
  const fitting = all
    .filter((one) => node === undefined || one.node === node)
    .filter(
      (one) => one.vendor === undefined || (makers?.some((row) => row.vendors.includes(one.vendor ?? '')) ?? true),
    );
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) {
    const found = fitting.map((one) => `${one.node} (${one.vendor ?? one.advertised.join(', ')})`).join(', ');
    throw new PlimsollError(
      'node-not-clear',
      fitting.length === 0
        ? 'None of these nodes has accelerators that could be measured by this page.'
        : `Several nodes, or several makers on one, have accelerators: ${found}.`,
      'Name one with --node and --vendor; a node has to be one on which pods may run.',
    );
  }
  return devices === undefined ? only : { ...only, expected: devices, because: 'as was said' };
}
