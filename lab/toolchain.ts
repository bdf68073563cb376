import { dirname } from 'node:path';
import type { AcceleratorSetup } from './accelerators/setups/setup.ts';
import type { AddonHost } from './addons/install-addons.ts';
import type { AcceleratorMaker } from './node/node.ts';
import type { Progress } from './progress/progress.ts';

/** Programs that a lab runs, by absolute path, and two folders. */
export interface LabBinaries {
  readonly kube: string;
  readonly etcd: string;
  readonly registry: string;
  readonly containerd: string;
  readonly 'containerd-shim-runc-v2': string;
  readonly runc: string;
  /** Folder of the CNI plugins. */
  readonly cni: string;
  /** Folder of the registry's blobs; shared by all labs, because blobs are named by their digest. */
  readonly blobs: string;
}

const BUILT = ['kube', 'etcd', 'registry', 'containerd', 'containerd-shim-runc-v2'] as const;

/** The parts that a lab is made with. Each is loaded when it is needed, so that `plimsoll lab status` stays quick. */
export async function prepareMachine(progress: Progress): Promise<void> {
  const { ensureDebianPackages } = await import('./build/debian-packages.ts');
  await ensureDebianPackages(progress);
}

/**
 * Builds what is not built yet, the programs of images, add-ons and accelerator set-ups included, so that nothing is compiled
 * while a lab waits for it, and tells where everything is.
 * @throws PlimsollError of lab/build when Go, a C compiler, room or a build fails; `unknown-addon`, `unknown-setup`
 */
export async function labBinaries(
  progress: Progress,
  signal?: AbortSignal,
  addons: readonly string[] = [],
  setups: readonly string[] = [],
): Promise<LabBinaries> {
  const [{ ensureBinaries }, { packageFile }, { cacheRoot }, { blobFolder }, { IMAGE_COMPONENTS }] = await Promise.all([
    import('./build/ensure-binaries.ts'),
    import('./build/debian-packages.ts'),
    import('./build/cache.ts'),
    import('./images/build-image.ts'),
    import('./images/lab-images.ts'),
  ]);
  const vendors = setups.length === 0 ? [] : (await import('./accelerators/setups/setups.ts')).setupPrograms(setups);
  const built = await ensureBinaries([...BUILT, ...IMAGE_COMPONENTS, ...vendors], progress, signal);
  if (addons.length > 0) {
    const { prepareAddons } = await import('./addons/prepare-addons.ts');
    await prepareAddons(addons, progress, signal);
  }
  const file = (name: (typeof BUILT)[number]): string => {
    const path = built.get(name);
    if (path === undefined) throw new Error(`lab/build gave no ${name}`);
    return path;
  };
  return {
    kube: file('kube'),
    etcd: file('etcd'),
    registry: file('registry'),
    containerd: file('containerd'),
    'containerd-shim-runc-v2': file('containerd-shim-runc-v2'),
    runc: packageFile('runc'),
    cni: dirname(packageFile('containernetworking-plugins')),
    blobs: blobFolder(cacheRoot()),
  };
}

/**
 * Seconds that `labBinaries` will take to build what is missing, as far as it can be told beforehand. 0: nothing is missing.
 * @throws PlimsollError `go-missing`, `unknown-addon`
 */
export async function labBuildSeconds(addons: readonly string[]): Promise<number> {
  const [{ secondsToBuild }, { IMAGE_COMPONENTS }, { chooseAddons }] = await Promise.all([
    import('./build/ensure-binaries.ts'),
    import('./images/lab-images.ts'),
    import('./addons/addons.ts'),
  ]);
  const more = chooseAddons(addons).flatMap(({ components }) => components);
  return await secondsToBuild([...BUILT, ...IMAGE_COMPONENTS, ...more]);
}

export async function acceleratorMaker(): Promise<AcceleratorMaker> {
  return (await import('./accelerators/accelerator-maker.ts')).acceleratorMaker();
}

/** A set-up of accelerators by its name. @throws PlimsollError `unknown-setup` */
export async function acceleratorSetup(name: string): Promise<AcceleratorSetup> {
  return (await import('./accelerators/setups/setups.ts')).setupNamed(name);
}

/** Makes every image that a lab with these add-ons and accelerator set-ups needs known to the registry. */
export async function pushLabImages(
  registry: string,
  addons: readonly string[],
  progress: Progress,
  setups: readonly string[] = [],
): Promise<void> {
  const { baseImages, pushImages, setupImages } = await import('./images/lab-images.ts');
  const images = await baseImages(progress);
  if (setups.length > 0) images.push(...(await setupImages(await Promise.all(setups.map(acceleratorSetup)), progress)));
  if (addons.length > 0) {
    const { addonImages } = await import('./addons/prepare-addons.ts');
    images.push(...(await addonImages(addons, progress)));
  }
  await pushImages(registry, images, progress);
}

/** Installs add-ons whose images the registry has, and waits until each is ready. Can begin before any node is there. */
export async function installLabAddons(
  lab: AddonHost,
  names: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  if (names.length === 0) return;
  const { installAddons } = await import('./addons/install-addons.ts');
  await installAddons(lab, names, progress, signal);
}

/** Whether one of these add-ons asks the lab for nodes (lab/provider). */
export async function needsProvider(addons: readonly string[]): Promise<boolean> {
  if (addons.length === 0) return false;
  const { chooseAddons } = await import('./addons/addons.ts');
  return chooseAddons(addons).some((addon) => addon.nodeProvider === true);
}
