import type { Service } from '../node/node.ts';
import { commandLine, quote } from './shell.ts';

/** A part of a lab with namespaces, a cgroup and a PID 1 of its own: the control plane, or a node. */
export interface BoxPlan {
  /** Name of its cgroup and its host name. */
  readonly name: string;
  /** `log/` and `run/` in it are the box's; everything else is its maker's. */
  readonly directory: string;
  /** Shell lines, run in the box's new network namespace while still in the host's others. */
  readonly network: string;
  /** Shell lines, run as PID 1 with a mount namespace of its own, before any service. */
  readonly setup: string;
  readonly services: readonly Service[];
  /** Names of the services that get the sockets handed to the box (file descriptors from 4). */
  readonly socketServices?: readonly string[];
  readonly sockets?: number;
}

/**
 * The first script: joins the box's cgroups, makes the network namespace and then the others. `--kill-child`: whoever
 * kills this process kills PID 1 of the box, and the kernel then kills everything in it.
 */
export function outerScript(procsFiles: readonly string[], networkFile: string): string {
  return `#!/bin/sh
set -eu
${procsFiles.map((file) => `echo $$ >${quote(file)}`).join('\n')}
exec unshare --net /bin/sh ${quote(networkFile)}
`;
}

/** The second script: sets the network up and makes all other namespaces but the one of process ids. */
export function networkScript(box: BoxPlan, namespacesFile: string): string {
  return `#!/bin/sh
set -eu
${box.network}
exec unshare --mount --uts --ipc --cgroup --propagation private /bin/sh ${quote(namespacesFile)}
`;
}

/**
 * The third script: becomes the parent of PID 1. The root of the cgroup namespace is settled by now, so it can step down
 * into a group below (`leaf`, version 2 only): a group that has processes itself cannot hand controllers to pods.
 */
export function namespacesScript(initFile: string, leaf: string | undefined): string {
  const stepDown = leaf === undefined ? '' : `mkdir -p ${quote(leaf)}\necho $$ >${quote(`${leaf}/cgroup.procs`)}\n`;
  return `#!/bin/sh
set -eu
${stepDown}exec unshare --pid --fork --kill-child /bin/sh ${quote(initFile)}
`;
}

/**
 * PID 1 of a box. On file descriptor 3 it tells its process id on the host, then `up`. Two lines on its standard input
 * follow: `go` starts the rest of the services, `keep` lets the box outlive the program that made it. When that program is
 * killed before, the line never comes and the whole box ends: nothing half-made stays alive.
 * A shell is enough: it reaps orphans in `wait`, needs 1 MB, and starts in a millisecond.
 */
export function initScript(box: BoxPlan): string {
  const start = box.services.filter((service) => service.when === 'start');
  const go = box.services.filter((service) => service.when !== 'start');
  return `#!/bin/sh
set -eu
# /proc is still the host's, so this is the process id that the host knows.
read -r pid rest </proc/self/stat
echo "init $pid" >&3
hostname ${quote(box.name)}
${box.setup}
${superviseFunction(box)}
${start.map((service) => superviseLine(box, service)).join('\n')}
echo up >&3
read -r line || exit 1
exec 3>&- 8<&0 0</dev/null
trap 'exit 1' TERM
{ read -r line <&8 || kill -TERM 1; } &
exec 8<&-
${go.map((service) => superviseLine(box, service)).join('\n')}
${closeSockets(box)}
while :; do wait || sleep 1; done
`;
}

function superviseFunction(box: BoxPlan): string {
  const log = quote(`${box.directory}/log`);
  const run = quote(`${box.directory}/run`);
  return `set +e
supervise() {
  name=$1
  shift
  while :; do
    began=$(date +%s)
    "$@" >>${log}/"$name.log" 2>&1 3>&- &
    echo $! >${run}/"$name.pid"
    wait $!
    echo "plimsoll: $name ended with exit code $? after $(($(date +%s) - began)) s; it is started again in 1 s" >>${log}/"$name.log"
    sleep 1
  done
}`;
}

function superviseLine(box: BoxPlan, service: Service): string {
  const environment = Object.entries(service.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  const words = environment.length > 0 ? ['env', ...environment, ...service.command] : service.command;
  const keeps = box.socketServices?.includes(service.name) ?? false;
  const closed = keeps
    ? ''
    : ` ${socketNumbers(box)
        .map((fd) => `${fd}<&-`)
        .join(' ')}`;
  return `supervise ${quote(service.name)} ${commandLine(words)}${closed.trimEnd()} &`;
}

function closeSockets(box: BoxPlan): string {
  const numbers = socketNumbers(box);
  return numbers.length === 0 ? '' : `exec ${numbers.map((fd) => `${fd}<&-`).join(' ')}`;
}

function socketNumbers(box: BoxPlan): number[] {
  return Array.from({ length: box.sockets ?? 0 }, (_, offset) => 4 + offset);
}
