import type { Command } from 'commander';
import { registerAddon } from './lab/addon.ts';
import { registerInspection } from './lab/inspection.ts';
import { registerNode } from './lab/node.ts';
import { registerUpDown } from './lab/up-down.ts';

/** `plimsoll lab ...`: a real Kubernetes with real, isolated accelerators on this machine. */
export function register(program: Command): void {
  const lab = program
    .command('lab')
    .description(
      'a real Kubernetes with real, isolated accelerators on this machine (Linux, root, Go).\nNothing of it has a way out of the machine, and `lab down` leaves nothing of it.',
    );
  registerUpDown(lab);
  registerNode(lab);
  registerAddon(lab);
  registerInspection(lab);
}
