import { type Command, InvalidArgumentError } from 'commander';
import { EXIT, PlimsollError } from '../errors.ts';
import { type AcceleratorMetricsRow, rowsOfMaker } from '../inventory/metrics-tables.ts';
import { readTables, type Tables } from '../inventory/tables.ts';
import { type PageNode, readPage } from '../requirements/accelerator_metrics/page.ts';
import { terminalJson } from '../terminal-text.ts';
import { choice } from './choice.ts';
import { metricsAnswer, metricsText } from './metrics/metrics-answer.ts';
import { readPageFile } from './metrics/read-page.ts';

interface Options {
  readonly vendor?: string;
  readonly devices?: number;
  readonly nodeObjects?: string[];
  readonly node?: string;
  readonly contentType?: string;
  readonly tables?: string;
  readonly format: 'text' | 'json';
}

/** `plimsoll metrics`: what accelerator_metrics would make of a page, without a cluster. */
export function register(program: Command): void {
  program
    .command('metrics')
    .summary('read a page of an exporter')
    .description(
      'Read what an exporter of accelerator metrics answers, and say what accelerator_metrics would make of it.',
    )
    .argument('<file>', 'the page, or - for standard input')
    .option('--vendor <vendor>', 'maker of the accelerators: nvidia, amd, intel, ... (default: any)')
    .option('--devices <n>', 'accelerators of the node (or partitions, where they are partitioned)', count)
    .option(
      '--node-objects <paths...>',
      'instead: Node and ResourceSlice objects (JSON or YAML), from which they are counted',
    )
    .option('--node <name>', 'the node of --node-objects that the page is of, where there are several')
    .option('--content-type <type>', 'as the exporter said it (default: by the page)')
    .option('--tables <file>', 'more rows for the discovery tables (JSON or YAML)')
    .addOption(choice('--format <format>', 'how to print', ['text', 'json'] as const, 'text'))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => {
      const tables = await readTables(options.tables);
      const { acceleratorMetrics } = tables;
      const of = await nodeOf(options, tables);
      const rows = options.vendor === undefined ? acceleratorMetrics : rowsNamed(options.vendor, acceleratorMetrics);
      const { exposition, problems } = await readPageFile(file, options.contentType);
      const answer = metricsAnswer(readPage(exposition, rows, of), exposition, problems);
      process.exitCode = { shown: EXIT.ok, disproved: EXIT.failed, unknown: EXIT.inconclusive }[answer.outcome];
      process.stdout.write(options.format === 'json' ? terminalJson(answer) : metricsText(answer));
    });
}

const EXAMPLES = `
Examples:
  curl -s http://node:9400/metrics | plimsoll metrics - --devices 8
  plimsoll metrics page.txt --vendor amd --devices 8 --format json

Exit codes: 0 each device is measured, 1 one is not, 2 it cannot be known from this page (says why), 3 usage.`;

/** The node that the page is of, as far as it was told. @throws PlimsollError `node-not-clear` */
async function nodeOf({ devices, nodeObjects, node, vendor }: Options, tables: Tables): Promise<PageNode> {
  if (nodeObjects === undefined) return devices === undefined ? undefined : { devices };
  // Only this option needs the inventory and the readers of objects.
  const { nodesFrom } = await import('./metrics/nodes-from.ts');
  return nodesFrom(nodeObjects, tables, { devices, node, vendor });
}

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 0 or more.');
  return Number(text);
}

/** @throws PlimsollError `vendor-unknown` */
function rowsNamed(vendor: string, rows: readonly AcceleratorMetricsRow[]): readonly AcceleratorMetricsRow[] {
  const { own, makers } = rowsOfMaker(vendor, rows);
  if (own !== undefined) return own;
  throw new PlimsollError(
    'vendor-unknown',
    `${vendor} is no maker that is known.`,
    `Name one of ${makers.join(', ')}.`,
  );
}
