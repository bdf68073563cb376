import { readdirSync, readlinkSync, statSync } from 'node:fs';

/** Device numbers as `major:minor`, in the encoding that stat gives (`rdev`, glibc's makedev). */
export function deviceKey(rdev: number): string {
  const major = Math.floor(rdev / 256) % 4096;
  const minor = (rdev % 256) + Math.floor(rdev / 1048576) * 256;
  return `${major}:${minor}`;
}

/**
 * The block devices (`major:minor`) that some process visible in `proc` has open: inside a node, everybody on that node,
 * containers included. Processes that end meanwhile count as having nothing open.
 */
export function openBlockDevices(proc = '/proc'): Set<string> {
  const open = new Set<string>();
  for (const pid of readdirSync(proc)) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of entries(`${proc}/${pid}/fd`)) {
      const key = blockDevice(`${proc}/${pid}/fd/${fd}`);
      if (key !== undefined) open.add(key);
    }
  }
  return open;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function blockDevice(link: string): string | undefined {
  try {
    // Sockets, pipes and the like read `socket:[...]`; only a path can be a device.
    if (!readlinkSync(link).startsWith('/')) return undefined;
    const target = statSync(link);
    return target.isBlockDevice() ? deviceKey(target.rdev) : undefined;
  } catch {
    return undefined;
  }
}
