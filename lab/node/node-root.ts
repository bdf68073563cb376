import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../box/shell.ts';
import type { CgroupLayout, Hierarchy } from '../cgroup/cgroup-layout.ts';
import type { NodeDevice } from './node.ts';

/**
 * sysctls that a kubelet sets for the whole machine (pkg/kubelet/cm, setupKernelTunables), with the values it wants. The
 * node sees files with these values in their place, so the kubelet finds nothing to change and the machine stays as it is.
 */
const KUBELET_SYSCTLS: Readonly<Record<string, string>> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** Character devices that programs expect of a machine: name, major, minor (Linux, Documentation/admin-guide/devices.txt). */
const BASIC_DEVICES: readonly (readonly [string, number, number])[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['kmsg', 1, 11],
  ['tty', 5, 0],
  ['fuse', 10, 229],
];

/** Small files of the host's /etc that its programs read, and folders of it that its links lead through. */
const ETC_COPIES = ['ld.so.cache', 'nsswitch.conf', 'protocols', 'services', 'os-release', 'localtime'];
const ETC_FOLDERS = ['alternatives', 'ssl', 'ld.so.conf.d'];

export interface NodeRoot {
  /** The node's folder; its file system is `root/` in it. */
  readonly directory: string;
  readonly name: string;
  readonly devices: readonly NodeDevice[];
  /** Host paths seen read-only at the same place. */
  readonly binds: readonly string[];
  readonly cgroups: CgroupLayout;
}

/**
 * The shell lines by which a node gets a file system of its own: the machine's programs read-only, everything that can be
 * written its own. So a pod with a hostPath sees a node's disk and not the machine's, and nothing of it outlives the node.
 */
export function nodeRootScript(node: NodeRoot): string {
  const root = join(node.directory, 'root');
  const at = (path: string): string => quote(root + path);
  const seen = [node.directory, ...node.binds.filter((path) => existsSync(path) && !path.startsWith('/usr/'))];
  return `root=${quote(root)}
mkdir -p "$root" && cd "$root"
mkdir -p proc sys dev run tmp usr etc var/lib var/log opt root home mnt old-root
chmod 1777 tmp
mount --bind "$root" "$root"
cd "$root"
${topLevelFolders()}
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755,size=256m tmpfs run
mkdir -p run/plimsoll run/lock run/cdi
[ -e var/run ] || ln -s ../run var/run
${etcScript()}
${devScript(node.devices)}
${cgroupScript(node.cgroups)}
${sysctlScript()}
${seen.map((path) => bindLine(path, at(path), path === node.directory)).join('\n')}
pivot_root . old-root
umount -l /old-root
cd /
mount --make-rshared /
mkdir -p /var/lib/kubelet /var/lib/containerd /var/lib/cni /var/log/pods /var/log/containers /opt/cni/bin /etc/cdi
export HOME=/root`;
}

/** /usr and what leads into it. On a machine with a merged /usr the others are links, which are copied. */
function topLevelFolders(): string {
  const folders = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].filter((name) => existsSync(`/${name}`));
  return [
    readOnly('/usr', 'usr'),
    ...folders.map((name) =>
      lstatSync(`/${name}`).isSymbolicLink()
        ? `[ -e ${name} ] || ln -s ${quote(readlinkSync(`/${name}`))} ${name}`
        : `mkdir -p ${name}\n${readOnly(`/${name}`, name)}`,
    ),
  ].join('\n');
}

function readOnly(source: string, target: string): string {
  return `mount --bind ${quote(source)} ${quote(target)} && mount -o remount,bind,ro ${quote(target)}`;
}

function bindLine(path: string, target: string, writable: boolean): string {
  const make = lstatSync(path).isDirectory()
    ? `mkdir -p ${target}`
    : `mkdir -p "$(dirname ${target})" && touch ${target}`;
  const bind = `mount --bind ${quote(path)} ${target}`;
  return `${make} && ${bind}${writable ? '' : ` && mount -o remount,bind,ro ${target}`}`;
}

function etcScript(): string {
  const copies = ETC_COPIES.filter((name) => existsSync(`/etc/${name}`));
  const folders = ETC_FOLDERS.filter((name) => existsSync(`/etc/${name}`));
  return [
    ...copies.map((name) => `cp -L /etc/${name} etc/${name}`),
    ...folders.map((name) => `mkdir -p etc/${name}\n${readOnly(`/etc/${name}`, `etc/${name}`)}`),
    "printf 'root:x:0:0:root:/root:/bin/sh\\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\\n' >etc/passwd",
    "printf 'root:x:0:\\nnogroup:x:65534:\\n' >etc/group",
    'printf \'127.0.0.1 localhost %s\\n\' "$(hostname)" >etc/hosts',
    'hostname >etc/hostname',
    // Empty on purpose: there is no name server but the cluster's own.
    ': >etc/resolv.conf',
    'rm -rf etc/machine-id; cat /proc/sys/kernel/random/uuid | tr -d - >etc/machine-id',
  ].join('\n');
}

function devScript(devices: readonly NodeDevice[]): string {
  const made = devices.map(({ path, type, major, minor, mode }) => {
    const target = quote(path.slice(1));
    return `mkdir -p "$(dirname ${target})" && mknod -m ${mode ?? '0600'} ${target} ${type === 'block' ? 'b' : 'c'} ${major} ${minor}`;
  });
  return [
    'mount -t tmpfs -o mode=755,size=1m tmpfs dev',
    ...BASIC_DEVICES.map(([name, major, minor]) => `mknod -m 666 dev/${name} c ${major} ${minor}`),
    'mkdir dev/pts dev/shm dev/mqueue',
    'mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts',
    'ln -s pts/ptmx dev/ptmx && ln -s /proc/self/fd dev/fd',
    'ln -s /proc/self/fd/0 dev/stdin && ln -s /proc/self/fd/1 dev/stdout && ln -s /proc/self/fd/2 dev/stderr',
    'mount -t tmpfs -o mode=1777 tmpfs dev/shm',
    'mount -t mqueue mqueue dev/mqueue',
    ...made,
  ].join('\n');
}

/**
 * A fresh mount of each hierarchy: through the cgroup namespace the node sees its own group as "/". In version 2 the
 * node hands its controllers down to the kubelet's groups; PID 1 is in a group below already (box-script.ts).
 */
function cgroupScript(layout: CgroupLayout): string {
  if (layout.version === 2) {
    return `mount -t cgroup2 cgroup2 sys/fs/cgroup
for c in $(cat sys/fs/cgroup/cgroup.controllers); do echo "+$c" >sys/fs/cgroup/cgroup.subtree_control || :; done`;
  }
  return ['mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup', ...layout.hierarchies.flatMap(versionOneMount)].join('\n');
}

function versionOneMount({ mount, type, options }: Hierarchy): string[] {
  const target = mount.slice(1);
  const name = mount.split('/').at(-1) ?? '';
  const parts = name.includes(',') ? name.split(',') : [];
  return [
    `mkdir -p ${quote(target)}`,
    type === 'cgroup2'
      ? `mount -t cgroup2 cgroup2 ${quote(target)}`
      : `mount -t cgroup -o ${quote(options)} cgroup ${quote(target)}`,
    ...parts.map((part) => `ln -s ${quote(name)} sys/fs/cgroup/${part}`),
  ];
}

function sysctlScript(): string {
  return [
    'mkdir -p run/plimsoll/sysctl',
    ...Object.entries(KUBELET_SYSCTLS).map(([name, value]) => {
      const file = `run/plimsoll/sysctl/${name.replaceAll('/', '.')}`;
      return `echo ${value} >${file} && mount --bind ${file} proc/sys/${name}`;
    }),
    // A pod with a user namespace may mount proc only where one is wholly visible.
    'mkdir -p run/plimsoll/proc && mount -t proc proc run/plimsoll/proc',
  ].join('\n');
}
