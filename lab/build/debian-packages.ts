import { existsSync } from 'node:fs';
import { PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';
import type { Progress } from '../progress/progress.ts';

/** A Debian package with a file that shows that it (or another distribution's) is there. */
export interface DebianPackage {
  readonly name: string;
  /** Any one of these files will do: folders differ between distributions. */
  readonly files: readonly string[];
  readonly why: string;
}

/** What a lab runs besides what it builds. */
export const LAB_PACKAGES: readonly DebianPackage[] = [
  { name: 'iproute2', files: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'], why: 'networks of the lab' },
  { name: 'util-linux', files: ['/usr/bin/nsenter', '/bin/nsenter'], why: 'namespaces of the nodes' },
  { name: 'mount', files: ['/usr/bin/mount', '/bin/mount'], why: 'file systems of the nodes' },
  { name: 'nftables', files: ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'], why: 'kube-proxy' },
  { name: 'iptables', files: ['/usr/sbin/iptables', '/sbin/iptables', '/usr/bin/iptables'], why: 'host ports of pods' },
  {
    name: 'containernetworking-plugins',
    files: ['/usr/lib/cni/bridge', '/opt/cni/bin/bridge'],
    why: 'networks of pods',
  },
  { name: 'runc', files: ['/usr/sbin/runc', '/usr/bin/runc', '/usr/local/sbin/runc'], why: 'containers' },
  { name: 'busybox-static', files: ['/bin/busybox', '/usr/bin/busybox'], why: 'the image of helper pods' },
];

/** What matters of a machine when packages are missing. */
export interface Machine {
  readonly exists: (file: string) => boolean;
  readonly root: boolean;
}

const THIS_MACHINE: Machine = { exists: existsSync, root: process.getuid?.() === 0 };

/** Those of `packages` of which no file is there. */
export function missingPackages(
  packages: readonly DebianPackage[] = LAB_PACKAGES,
  exists: (file: string) => boolean = existsSync,
): DebianPackage[] {
  return packages.filter(({ files }) => !files.some(exists));
}

/** The first file of a package's that exists. @throws PlimsollError `packages-missing` */
export function packageFile(name: string, exists: (file: string) => boolean = existsSync): string {
  const one = LAB_PACKAGES.find((each) => each.name === name);
  const file = one?.files.find(exists);
  if (!one || !file) throw missingError(one ? [one] : [], 'is not installed');
  return file;
}

/**
 * Installs the packages that are missing, when this is root on a Debian-like machine.
 * @throws PlimsollError `packages-missing` naming them and the command, when it is not or the installation fails.
 */
export async function ensureDebianPackages(
  progress: Progress,
  packages: readonly DebianPackage[] = LAB_PACKAGES,
  machine: Machine = THIS_MACHINE,
): Promise<void> {
  const missing = missingPackages(packages, machine.exists);
  if (missing.length === 0) return;
  if (!machine.root) throw missingError(missing, 'and only root may install them');
  if (!existsSync('/usr/bin/apt-get')) throw missingError(missing, 'and this machine has no apt-get');
  const end = progress.step(`installing ${missing.map(({ name }) => name).join(', ')} (Debian packages)`);
  const install = [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '--yes',
    '--quiet=2',
    '--no-install-recommends',
    ...missing.map(({ name }) => name),
  ];
  const options = { allowFailure: true, timeoutMs: 600_000 };
  let result = await run(install, options);
  if (result.code !== 0) {
    // A machine that never asked for the lists of packages knows none.
    await run(['apt-get', 'update', '--quiet=2'], options);
    result = await run(install, options);
  }
  const still = missingPackages(missing);
  if (result.code !== 0 || still.length > 0) {
    throw missingError(
      still.length > 0 ? still : missing,
      `and apt-get said: ${result.errors.trim().split('\n').at(-1)}`,
    );
  }
  end();
}

function missingError(missing: readonly DebianPackage[], why: string): PlimsollError {
  const list = missing.map((one) => `${one.name} (${one.why})`).join(', ');
  const names = missing.map(({ name }) => name).join(' ');
  return new PlimsollError(
    'packages-missing',
    `programs that the lab runs are missing: ${list}, ${why}`,
    `Install them: \`sudo apt-get install ${names}\`, or your distribution's packages of the same programs.`,
  );
}
