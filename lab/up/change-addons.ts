import { PlimsollError } from '../../src/errors.ts';
import { chooseAddons } from '../addons/addons.ts';
import { installedAddons } from '../addons/installed-addons.ts';
import type { Progress } from '../progress/progress.ts';
import { type LabDirectory, labDirectory } from '../state/lab-directory.ts';
import { lockLab } from '../state/lab-lock.ts';
import { type LabState, requireLabState, writeLabState } from '../state/lab-state.ts';
import { installLabAddons, needsProvider, pushLabImages } from '../toolchain.ts';
import { requireRoot } from './check-machine.ts';
import { requestWithAddons } from './lab-options.ts';

/**
 * Installs add-ons, and what they need, into a lab that is up; resolves when they are ready. One that is there already is applied again.
 * @throws PlimsollError `lab-missing`, `lab-busy`, `unknown-addon`, `addon-from-the-start`, `addon-not-ready`, ...
 */
export async function addAddons(
  labName: string,
  names: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  requireRoot();
  const lab = labDirectory(labName);
  const state = running(lab);
  const chosen = chooseAddons(names).map(({ name }) => name);
  if ((await needsProvider(chosen)) && !(await needsProvider(state.addons)))
    throw new PlimsollError(
      'addon-from-the-start',
      `${names.join(', ')} works with the lab's node provider, which "${labName}" was brought up without`,
      `Take the lab down and bring it up anew with \`plimsoll lab up --with ${names.join(',')}\`.`,
    );
  using _lock = lockLab(lab, `plimsoll lab addon add --name ${labName} ${names.join(' ')}`);
  await pushLabImages(`http://127.0.0.1:${state.ports.registry}`, chosen, progress);
  remember(lab, [...state.addons, ...names]);
  await installLabAddons({ ...lab, taints: state.acceleratorTaints }, names, progress, signal);
}

/**
 * Takes add-ons out of a lab that is up, with every object of their own kinds. What they needed stays.
 * @throws PlimsollError `addon-missing`, `addon-needed`, `addon-not-removed`, ...
 */
export async function removeAddons(
  labName: string,
  names: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  requireRoot();
  const lab = labDirectory(labName);
  const state = running(lab);
  chooseAddons(names);
  const installed = installedAddons(lab.directory);
  const missing = names.filter((name) => !installed.includes(name));
  if (missing.length > 0)
    throw new PlimsollError(
      'addon-missing',
      `${missing.join(', ')} is not installed in the lab "${labName}"`,
      installed.length === 0 ? 'It has no add-ons.' : `It has ${installed.join(', ')}.`,
    );
  for (const addon of chooseAddons(installed).filter(({ name }) => !names.includes(name))) {
    const needed = addon.needs?.find((need) => names.includes(need));
    if (needed !== undefined)
      throw new PlimsollError(
        'addon-needed',
        `${addon.name} cannot do without ${needed}`,
        `Remove ${addon.name} as well: plimsoll lab addon remove ${[...names, addon.name].join(' ')}`,
      );
  }
  using _lock = lockLab(lab, `plimsoll lab addon remove --name ${labName} ${names.join(' ')}`);
  const { uninstallAddons } = await import('../addons/install-addons.ts');
  await uninstallAddons(lab, names, progress, signal);
  remember(
    lab,
    state.addons.filter((name) => !names.includes(name)),
  );
}

/** The add-ons of a lab, those included that others needed. @throws PlimsollError `lab-missing` */
export function addonsOf(labName: string): string[] {
  const lab = labDirectory(labName);
  requireLabState(lab);
  return installedAddons(lab.directory);
}

function running(lab: LabDirectory): LabState {
  const state = requireLabState(lab);
  if (state.phase === 'running') return state;
  throw new PlimsollError(
    'lab-ended',
    `the lab "${lab.name}" is still being brought up, or that was cut off`,
    `\`plimsoll lab up --name ${lab.name}\` clears what is left and brings it up anew.`,
  );
}

/** Status and a later `lab up` know the lab by what it has now. */
function remember(lab: LabDirectory, names: readonly string[]): void {
  const state = requireLabState(lab);
  const addons = [...new Set(names)].sort();
  writeLabState(lab, { ...state, addons, request: requestWithAddons(state.request, addons) });
}
