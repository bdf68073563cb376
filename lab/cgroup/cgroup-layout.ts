import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';

/** One mounted cgroup hierarchy. */
export interface Hierarchy {
  /** Where it is mounted on the host, for example /sys/fs/cgroup/memory. */
  readonly mount: string;
  readonly type: 'cgroup' | 'cgroup2';
  /** `-o` of its mount: the controllers, or `none,name=systemd`. Empty for cgroup2. */
  readonly options: string;
}

export interface CgroupLayout {
  /** 2: the unified hierarchy alone. 1: controllers of version 1, with or without a unified hierarchy beside them. */
  readonly version: 1 | 2;
  readonly hierarchies: readonly Hierarchy[];
}

/** Controllers that a kubelet cannot do without, by version (it refuses version 1 without cpuset). */
const NEEDED = { 1: ['cpu', 'cpuset', 'memory', 'pids'], 2: ['cpu', 'memory', 'pids'] } as const;

/**
 * How the machine's cgroups are laid out.
 * @param mountinfo text in the form of /proc/self/mountinfo (proc(5)).
 * @throws PlimsollError `cgroup-missing` when a node cannot run here.
 */
export function cgroupLayout(mountinfo: string = readFileSync('/proc/self/mountinfo', 'utf8')): CgroupLayout {
  const hierarchies: Hierarchy[] = [];
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const mount = left?.split(' ')[4];
    const [type, , superOptions = ''] = right?.split(' ') ?? [];
    if (!mount || (type !== 'cgroup' && type !== 'cgroup2')) continue;
    if (!mount.startsWith('/sys/fs/cgroup') || hierarchies.some((known) => known.mount === mount)) continue;
    hierarchies.push({ mount, type, options: type === 'cgroup' ? versionOneOptions(superOptions) : '' });
  }
  const version = hierarchies.some((one) => one.type === 'cgroup') ? 1 : 2;
  const offered =
    version === 1 ? hierarchies.flatMap((one) => one.options.split(',')) : unifiedControllers(hierarchies[0]);
  const missing = NEEDED[version].filter((controller) => !offered.includes(controller));
  if (missing.length > 0) {
    throw new PlimsollError(
      'cgroup-missing',
      `this machine offers no cgroup controller ${missing.join(', ')} below /sys/fs/cgroup, which a kubelet needs`,
      'Mount cgroups as systemd does, or, inside a container, start it privileged with `--cgroupns=host`.',
    );
  }
  return { version, hierarchies };
}

/** Of the super options only those that name the hierarchy: flags such as `rw` or `xattr` do not. */
function versionOneOptions(superOptions: string): string {
  const named = superOptions.split(',').filter((option) => !['rw', 'ro', 'xattr', 'clone_children'].includes(option));
  const kept = named.filter((option) => !option.startsWith('release_agent'));
  return kept.some((option) => option.startsWith('name=')) ? ['none', ...kept].join(',') : kept.join(',');
}

function unifiedControllers(hierarchy: Hierarchy | undefined): string[] {
  const file = hierarchy && join(hierarchy.mount, 'cgroup.controllers');
  return file && existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
}
