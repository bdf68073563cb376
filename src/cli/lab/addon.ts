import type { Command } from 'commander';
import { allAddons } from '../../../lab/addons/addons.ts';
import { addAddons, addonsOf, removeAddons } from '../../../lab/lab.ts';
import { printProgress } from '../../../lab/progress/print-progress.ts';
import { EXIT, PlimsollError } from '../../errors.ts';
import { NAME_OPTION } from './up-down.ts';

type Change = (lab: string, names: readonly string[], signal: AbortSignal) => Promise<void>;

/** `plimsoll lab addon add|remove|list`. */
export function registerAddon(lab: Command): void {
  const addon = lab.command('addon').description('add-ons of a lab that is up');
  addon
    .command('add')
    .description('install add-ons, with what they need, and wait until they are ready')
    .argument('<names...>', 'which; `lab addon list` names them')
    .option(...NAME_OPTION)
    .action((names: string[], { name }: { name: string }) =>
      change(name, names, (one, which, signal) => addAddons(one, which, printProgress(), signal)),
    );
  addon
    .command('remove')
    .description('take add-ons out, with every object of their own kinds; what they needed stays')
    .argument('<names...>', 'which')
    .option(...NAME_OPTION)
    .action((names: string[], { name }: { name: string }) =>
      change(name, names, (one, which, signal) => removeAddons(one, which, printProgress(), signal)),
    );
  addon
    .command('list')
    .description('the add-ons that there are, and which of them the lab has')
    .option(...NAME_OPTION)
    .action(({ name }: { name: string }) => {
      const installed = new Set(addonsOf(name));
      for (const one of allAddons())
        process.stdout.write(`${installed.has(one.name) ? 'installed' : '-'}\t${one.name}\t${one.summary}\n`);
    });
}

async function change(name: string, names: readonly string[], work: Change): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (): void =>
    interrupted.abort(
      new PlimsollError(
        'lab-interrupted',
        `changing the add-ons of the lab "${name}" was interrupted; it may be done in part`,
        'Call it again: what is done already is done again without harm.',
        { exitCode: EXIT.interrupted },
      ),
    );
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work(name, names, interrupted.signal);
    process.stdout.write(`add-ons of the lab "${name}": ${addonsOf(name).join(', ') || 'none'}\n`);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
