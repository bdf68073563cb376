import { type Command, Option } from 'commander';
import { addNode, labStatus, NODE_DEFECTS, type NodeDefect, removeNode, SETUPS } from '../../../lab/lab.ts';
import { printProgress } from '../../../lab/progress/print-progress.ts';
import { keyValue, several, type Taint, taint, wholeNumber } from './arguments.ts';
import { NAME_OPTION, nodeText } from './up-down.ts';

interface AddOptions {
  name: string;
  accelerators: number;
  mode: 'device-plugin' | 'dra' | 'none';
  setup?: string;
  defect?: NodeDefect;
  label: Record<string, string>;
  taint: Taint[];
  kubeletFlag: string[];
}

/** `plimsoll lab node add|remove|list`. */
export function registerNode(lab: Command): void {
  const node = lab.command('node').description('nodes of a lab that is up');
  node
    .command('add')
    .description('add a node and wait until it is Ready')
    .argument('[node]', 'its name (default: node-NUMBER)')
    .option(...NAME_OPTION)
    .option('--accelerators <n>', 'how many accelerators it has', wholeNumber(0, 64), 0)
    .addOption(
      new Option('--mode <mode>', 'how they are handed out')
        .choices(['device-plugin', 'dra', 'none'])
        .default('device-plugin'),
    )
    .addOption(
      new Option('--setup <setup>', 'they are handed out by a vendor’s programs').choices(
        SETUPS.map((setup) => setup.name),
      ),
    )
    .option('--label <key=value>', 'a label; may be repeated', keyValue, {})
    .option('--taint <key=value:effect>', 'a taint; may be repeated', taint, [])
    .option('--kubelet-flag <--flag=value>', 'a flag of its kubelet; may be repeated', several, [])
    .addOption(
      new Option('--defect <defect>', 'a fault that the node has on purpose, to see that a run finds it').choices(
        NODE_DEFECTS,
      ),
    )
    .action(async (nodeName: string | undefined, options: AddOptions) => {
      const added = await addNode(
        options.name,
        {
          ...(nodeName === undefined ? {} : { name: nodeName }),
          accelerators: options.accelerators,
          mode: options.mode,
          ...(options.setup === undefined ? {} : { setup: options.setup }),
          ...(options.defect === undefined ? {} : { defect: options.defect }),
          labels: options.label,
          taints: options.taint,
          kubeletFlags: options.kubeletFlag,
        },
        { progress: printProgress() },
      );
      process.stdout.write(`${added.name}  ${added.address}  ${nodeText(added)}\n`);
    });
  node
    .command('remove')
    .description('end a node and everything on it, and delete its Node object')
    .argument('<node>', 'its name')
    .option(...NAME_OPTION)
    .option('--keep-object', 'leave the Node object, as when a machine is lost')
    .action(async (nodeName: string, options: { name: string; keepObject?: boolean }) => {
      await removeNode(options.name, nodeName, { progress: printProgress(), keepObject: options.keepObject ?? false });
    });
  node
    .command('list')
    .description('the nodes of a lab')
    .option(...NAME_OPTION)
    .action(async ({ name }: { name: string }) => {
      const { nodes } = await labStatus(name);
      for (const one of nodes) {
        const accelerators = one.mode === 'none' ? '' : ` ${one.accelerators} by ${one.setup ?? one.mode}`;
        process.stdout.write(`${one.name}\t${one.address}\t${one.condition}${accelerators}\n`);
      }
    });
}
