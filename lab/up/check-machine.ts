import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { PlimsollError } from '../../src/errors.ts';
import { type CgroupLayout, cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { labRoot } from '../state/lab-directory.ts';

/** Free disk that a lab without accelerators may come to need: images and their unpacked copies on each node. */
const NEEDED_BYTES = 3 * 1024 ** 3;
/** `f_type` of overlayfs (linux/magic.h), on which containerd's own overlays cannot lie. */
const OVERLAYFS = 0x794c7630;

/**
 * Whether a lab can run on this machine at all; each refusal says what is missing and what to do.
 * @throws PlimsollError `lab-linux`, `lab-root`, `lab-disk`, `lab-overlay`, `cgroup-missing`
 */
export function checkMachine(): CgroupLayout {
  requireRoot();
  const root = labRoot();
  mkdirSync(root, { recursive: true, mode: 0o755 });
  const disk = statfsSync(root);
  const free = disk.bavail * disk.bsize;
  if (free < NEEDED_BYTES) {
    throw new PlimsollError(
      'lab-disk',
      `${root} has ${gib(free)} free, a lab needs ${gib(NEEDED_BYTES)} for the images of its nodes`,
      'Free some space, or set PLIMSOLL_LAB_ROOT to a folder on a larger disk.',
    );
  }
  if (disk.type === OVERLAYFS) {
    throw new PlimsollError(
      'lab-overlay',
      `${root} is on an overlay file system (a container's own), which cannot hold the overlays of the lab's containers`,
      'Set PLIMSOLL_LAB_ROOT to a folder on a volume (ext4, xfs, ...).',
    );
  }
  if (!readFileSync('/proc/filesystems', 'utf8').includes('overlay') && !existsSync('/sys/module/overlay')) {
    throw new PlimsollError(
      'lab-overlay-missing',
      'the kernel has no overlayfs loaded, which container images are stacked with',
      'Load it with `modprobe overlay`.',
    );
  }
  return cgroupLayout();
}

/**
 * Whatever touches a lab needs root: its namespaces and devices are root's.
 * @throws PlimsollError `lab-linux`, `lab-root`
 */
export function requireRoot(): void {
  if (process.platform !== 'linux') {
    throw new PlimsollError(
      'lab-linux',
      `the lab needs Linux, this is ${process.platform}`,
      'Use a Linux machine or a virtual one.',
    );
  }
  if (process.getuid?.() !== 0) {
    throw new PlimsollError(
      'lab-root',
      'the lab needs root: it makes namespaces, cgroups and block devices',
      'Call it with sudo. Everything that it makes goes away with `plimsoll lab down`.',
    );
  }
}

function gib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
