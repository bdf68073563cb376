import type { Command } from 'commander';
import { PlimsollError } from '../../errors.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { ANY_VENDOR } from '../../inventory/metrics-tables.ts';

/** What puts accelerators to work, where it is not to be the tables' own program. */
export interface LoadFlags {
  acceleratorLoad?: string;
}

export function addLoadOption(command: Command): Command {
  return command.option(
    '--accelerator-load <image[=command]>',
    'what puts accelerators to work: a command for /bin/sh of an image, or an image alone for the known program (a mirror)',
  );
}

/**
 * The inventory with the user's load. With a command it stands for every vendor, also one that no table knows; an image alone takes the
 * place of the images of the known programs. The first `=` ends the image: none of its characters is one.
 * @throws PlimsollError `bad-load`
 */
export function withLoad(inventory: Inventory, { acceleratorLoad }: LoadFlags): Inventory {
  if (acceleratorLoad === undefined) return inventory;
  const at = acceleratorLoad.indexOf('=');
  const image = at < 0 ? acceleratorLoad : acceleratorLoad.slice(0, at);
  const script = at < 0 ? undefined : acceleratorLoad.slice(at + 1).trim();
  if (image === '' || /\s/.test(image) || script === '')
    throw new PlimsollError(
      'bad-load',
      `--accelerator-load cannot be "${acceleratorLoad}"`,
      'Write IMAGE or IMAGE=COMMAND, for example registry.example.com/burn:1="exec /burn --forever".',
    );
  const acceleratorLoads =
    script === undefined
      ? inventory.acceleratorLoads.map((row) => (row.image === undefined ? row : { ...row, image }))
      : [{ vendor: ANY_VENDOR, image, script }];
  return { ...inventory, acceleratorLoads };
}
