import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';

const GIB = 1024 ** 3;

/** What building takes from empty caches, measured for all components together; binaries with the images of them. */
const NEEDED = { GOMODCACHE: 2.5 * GIB, GOCACHE: 5.7 * GIB, binaries: 1.7 * GIB } as const;

/**
 * Whether there is room for a build. Caches on one disk add up; what they hold already is not known to be of use, so the
 * whole need counts, but only while the build cache is nearly empty does it matter much.
 * @throws PlimsollError `build-disk` naming the folder, what is free and what is needed.
 */
export async function requireBuildRoom(cache: string): Promise<void> {
  const { output } = await run(['go', 'env', 'GOMODCACHE', 'GOCACHE']);
  const [modules = '', builds = ''] = output.trim().split('\n');
  checkRoom([
    { folder: modules, bytes: existsSync(modules) ? NEEDED.GOMODCACHE / 4 : NEEDED.GOMODCACHE },
    { folder: builds, bytes: existsSync(builds) ? NEEDED.GOCACHE / 4 : NEEDED.GOCACHE },
    { folder: cache, bytes: NEEDED.binaries },
  ]);
}

interface Room {
  readonly free: number;
  readonly device: string;
}

/** Adds up needs by disk and compares each with what is free. */
export function checkRoom(
  needs: readonly { folder: string; bytes: number }[],
  room: (folder: string) => Room = roomAt,
): void {
  const disks = new Map<string, { free: number; bytes: number; folders: string[] }>();
  for (const { folder, bytes } of needs) {
    const { free, device } = room(folder);
    const disk = disks.get(device) ?? { free, bytes: 0, folders: [] };
    disks.set(device, { free, bytes: disk.bytes + bytes, folders: [...disk.folders, folder] });
  }
  for (const { free, bytes, folders } of disks.values()) {
    if (free >= bytes) continue;
    throw new PlimsollError(
      'build-disk',
      `building the lab needs about ${gib(bytes)} of disk for ${folders.join(', ')}, and ${gib(free)} is free`,
      'Free some space, or move Go’s caches (GOCACHE, GOMODCACHE) or the lab’s (PLIMSOLL_CACHE) to a larger disk.',
    );
  }
}

function roomAt(folder: string): Room {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize, blocks, files, type } = statfsSync(there);
  // statfs has no device number; two disks of the very same size and type are rare, and then only add up.
  return { free: bavail * bsize, device: [blocks, files, bsize, type].join(':') };
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
