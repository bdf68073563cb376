import { EXPORTER_IMAGE } from '../accelerators/exporter-objects.ts';
import type { AcceleratorSetup } from '../accelerators/setups/setup.ts';
import { cacheRoot } from '../build/cache.ts';
import { type DebianPackage, ensureDebianPackages, packageFile } from '../build/debian-packages.ts';
import { ensureBinaries } from '../build/ensure-binaries.ts';
import { COREDNS_IMAGE } from '../control-plane/coredns.ts';
import { SANDBOX_IMAGE } from '../node/containerd-config.ts';
import type { Progress } from '../progress/progress.ts';
import { buildImage, sweepImages } from './build-image.ts';
import { busyboxImage } from './busybox.ts';
import type { Image } from './image.ts';
import { pushManifest } from './push-manifest.ts';
import { pythonImage } from './python.ts';
import { staticImage } from './static-image.ts';

const PYTHON = '/usr/bin/python3';
const PYTHON_PACKAGES: readonly DebianPackage[] = [
  { name: 'python3-minimal', files: [PYTHON], why: 'the image of a load for accelerators' },
  {
    name: 'libpython3-stdlib',
    files: ['/usr/lib/python3.11/ctypes/__init__.py', '/usr/lib/python3.13/ctypes/__init__.py'],
    why: 'the image of a load for accelerators',
  },
];

/** The components whose binaries are in images that every lab has. */
export const IMAGE_COMPONENTS = ['pause', 'coredns', 'accelerator-exporter'] as const;

/** The images that every lab has. */
export async function baseImages(progress: Progress): Promise<Image[]> {
  const binaries = await ensureBinaries(IMAGE_COMPONENTS, progress);
  const binary = (name: string): string => binaries.get(name) ?? '';
  return [
    staticImage({
      title: 'pause',
      version: '3.10',
      references: [SANDBOX_IMAGE],
      binary: binary('pause'),
      path: '/pause',
      config: { User: '65535:65535' },
    }),
    staticImage({
      title: 'coredns',
      version: '1.15.0',
      references: [COREDNS_IMAGE],
      binary: binary('coredns'),
      path: '/coredns',
      config: { ExposedPorts: { '53/tcp': {}, '53/udp': {} } },
    }),
    staticImage({
      title: 'accelerator-exporter',
      version: '1',
      references: [EXPORTER_IMAGE],
      binary: binary('accelerator-exporter'),
      path: '/accelerator-exporter',
    }),
    await busyboxImage(packageFile('busybox-static')),
  ];
}

/** What the set-ups of vendors' accelerators need besides (lab/accelerators/setups): the image in which the table's load for NVIDIA runs. */
export async function setupImages(setups: readonly AcceleratorSetup[], progress: Progress): Promise<Image[]> {
  if (!setups.some(({ loadImage }) => loadImage === 'python')) return [];
  await ensureDebianPackages(progress, PYTHON_PACKAGES);
  return [await pythonImage(PYTHON, packageFile('busybox-static'))];
}

/**
 * Makes images that are not made yet, side by side, and makes all of them known to the registry under all their names.
 * @throws PlimsollError `image-push`
 */
export async function pushImages(registry: string, images: readonly Image[], progress: Progress): Promise<void> {
  const cache = cacheRoot();
  sweepImages(cache);
  const end = progress.step(`images: ${images.map(({ title }) => title).join(', ')}`);
  await Promise.all(
    images.map(async (image) => {
      const made = await buildImage(image, cache);
      await Promise.all(image.references.map((reference) => pushManifest(registry, reference, made)));
    }),
  );
  end();
}
