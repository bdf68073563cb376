import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { run } from '../box/run.ts';
import { labRoot } from '../state/lab-directory.ts';

/** What a lab could leave on a machine, as texts: two lists are compared before and after. */
export interface MachineTraces {
  /** Processes in a lab's cgroup, or that have something of a lab's folder mounted. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  /** Pinned namespaces, and network interfaces with their addresses, of the machine itself. */
  readonly network: readonly string[];
  readonly loopDevices: readonly string[];
  readonly cgroups: readonly string[];
  /** Firewall rules of the machine's own network namespace. */
  readonly rules: string;
  /** Settings of the whole machine that a kubelet or kube-proxy would change if it could. */
  readonly sysctls: readonly string[];
  readonly files: readonly string[];
}

const SYSCTLS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/route_localnet',
  'net/netfilter/nf_conntrack_max',
];

/**
 * Everything on this machine that the labs `names` could have made: what belongs to any other lab, which may come and go
 * meanwhile, is left out, and what tells no lab's name stays in.
 */
export async function machineTraces(names: readonly string[]): Promise<MachineTraces> {
  const isOthers = (text: string): boolean => {
    const name = /plimsoll\/\.?([a-z0-9-]+)/.exec(text)?.[1];
    return name !== undefined && !names.includes(name);
  };
  const mine = (texts: readonly string[]): string[] => texts.filter((text) => !isOthers(text)).sort();
  return {
    processes: mine(foreignProcesses()),
    mounts: mine(
      readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .map((line) => line.split(' ').slice(3).join(' ')),
    ),
    network: mine([...namedNamespaces(), ...interfaces()]),
    loopDevices: mine(loopDevices()),
    cgroups: mine(cgroups()),
    rules: (await run(['nft', 'list', 'ruleset'])).output,
    sysctls: SYSCTLS.map((name) => `${name}=${readOr(`/proc/sys/${name}`)}`),
    files: mine(existsSync(labRoot()) ? readdirSync(labRoot()).map((name) => join(labRoot(), name)) : []),
  };
}

/**
 * Name of each process that is in a lab's cgroup, or in a mount namespace that has something of a lab's folder, with the
 * line that tells so. Numbers are left out, they differ each time.
 */
function foreignProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const told = ['cgroup', 'mountinfo'].flatMap((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\n'),
        );
        const line = told.find((one) => /plimsoll\/\.?[a-z0-9-]/.test(one));
        return line === undefined ? [] : [`${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} ${line}`];
      } catch {
        // It ended while it was looked at.
        return [];
      }
    });
}

/** The groups of labs in every hierarchy; the folder that all labs share goes with the last of them. */
function cgroups(): string[] {
  return globSync(['/sys/fs/cgroup/plimsoll/*', '/sys/fs/cgroup/*/plimsoll/*'], { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function namedNamespaces(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns').map((name) => `/run/netns/${name}`) : [];
}

function interfaces(): string[] {
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).map(({ address }) => `${name} ${address}`),
  );
  return [...readdirSync('/sys/class/net'), ...addresses];
}

function loopDevices(): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .map((name) => `${name} ${readOr(`/sys/block/${name}/loop/backing_file`)}`);
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '-';
  }
}
