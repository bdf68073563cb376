/** The file that tells that the probe of its container has printed everything. Not in /dev/shm, which the containers of a pod share. */
export const PROBED = '/tmp/plimsoll-probed';

/** Device nodes that every OCI runtime puts into every container (runtime-spec, config-linux, "Default Devices"). */
const DEFAULT_DEVICES =
  '/dev/null|/dev/zero|/dev/full|/dev/random|/dev/urandom|/dev/tty|/dev/console|/dev/ptmx|/dev/pts/*';

/**
 * A probe in busybox' sh that prints what a container can reach, a fact a line:
 *
 * ```
 * dev PATH b|c MAJOR:MINOR OPEN     every device node beyond the runtime's default ones, and what came of opening it
 * major b|c NUMBER NAME             /proc/devices: which driver a major belongs to (the same in every container)
 * env NAME=VALUE                    variables by which some runtimes hand out devices
 * try b|c MAJOR:MINOR MKNOD OPEN    a node made by hand for each number in $PLIMSOLL_TRY, and what came of opening it
 * end
 * ```
 * OPEN and MKNOD are `ok` or the kernel's words. Opening is tried for reading, then for both, each within 3 s.
 */
const PROBE = `
words() { sed 's/.*: //' | tail -n 1; }
attempt() { if said=$( "$@" 2>&1 ); then echo ok; else echo "\${said:-refused}" | words; fi; }
open() {
  r=$(attempt timeout 3 sh -c ': < "$1"' sh "$1")
  [ "$r" = ok ] || r2=$(attempt timeout 3 sh -c ': <> "$1"' sh "$1")
  [ "\${r2:-}" = ok ] && r=ok
  r2=
  echo "$r"
}
find /dev -type c -o -type b 2>/dev/null | while read -r d; do
  case $d in ${DEFAULT_DEVICES}) continue ;; esac
  kind=c; [ -b "$d" ] && kind=b
  number=$(stat -c '%t %T' "$d" | { read -r a b; echo "$((0x$a)):$((0x$b))"; })
  echo "dev $d $kind $number $(open "$d")"
done
kind=c
while read -r a b; do
  case "$a $b" in
    'Character devices:') kind=c ;;
    'Block devices:') kind=b ;;
    ' ') ;;
    *) echo "major $kind $a $b" ;;
  esac
done < /proc/devices
env | grep '_VISIBLE_DEVICES=' | sed 's/^/env /'
i=0
for want in \${PLIMSOLL_TRY:-}; do
  kind=\${want%%:*}; number=\${want#*:}; i=$((i + 1)); node=/tmp/plimsoll-$i
  made=$(attempt mknod "$node" "$kind" "\${number%%:*}" "\${number##*:}")
  opened=-; [ "$made" = ok ] && opened=$(open "$node")
  echo "try $kind $number mknod=$made open=$opened"
  rm -f "$node"
done
echo end
: > ${PROBED}
`;

/** Probes once and ends. */
export const PROBE_ONCE = PROBE;

/** Probes, then holds what it was given until it is deleted. */
export const PROBE_AND_HOLD = `${PROBE}
trap 'exit 0' TERM
sleep 3600 & wait
`;

/** A container that tries numbers. Some runtimes (CRI-O) give CAP_MKNOD only to who asks; Pod Security baseline allows it. */
export const TRIES = { readyFile: PROBED, spec: { securityContext: { capabilities: { add: ['MKNOD'] } } } };

/** A device number with its kind, as the kernel tells devices apart: `b 7:12`, `c 195:0`. */
export type DeviceNumber = `${'b' | 'c'} ${number}:${number}`;

export interface ProbedDevice {
  readonly path: string;
  readonly number: DeviceNumber;
  /** `ok`, or the kernel's words. */
  readonly open: string;
}

interface ProbedTry {
  readonly number: DeviceNumber;
  readonly mknod: string;
  /** `ok`, the kernel's words, or `-` when no node could be made. */
  readonly open: string;
}

/** What a container found (probe-script.ts). */
export interface ProbeReport {
  readonly devices: readonly ProbedDevice[];
  readonly tries: readonly ProbedTry[];
  /** `c 195` -> `nvidia`. */
  readonly majors: ReadonlyMap<string, string>;
  readonly env: readonly string[];
  /** The probe reached its end: only then something that is not listed was not there. */
  readonly complete: boolean;
}

/** Reads a probe's log. Lines that are not the probe's are passed over. */
export function readProbe(log: string): ProbeReport {
  const devices: ProbedDevice[] = [];
  const tries: ProbedTry[] = [];
  const majors = new Map<string, string>();
  const env: string[] = [];
  let complete = false;
  for (const line of log.split('\n')) {
    const device = /^dev (\S+) ([bc]) (\d+):(\d+) (.+)$/.exec(line);
    if (device) devices.push({ path: device[1] ?? '', number: numberOf(device, 2), open: device[5] ?? '' });
    const major = /^major ([bc]) (\d+) (.+)$/.exec(line);
    if (major) majors.set(`${major[1]} ${major[2]}`, major[3] ?? '');
    const tried = /^try ([bc]) (\d+):(\d+) mknod=(.+) open=(.+)$/.exec(line);
    if (tried) tries.push({ number: numberOf(tried, 1), mknod: tried[4] ?? '', open: tried[5] ?? '' });
    if (line.startsWith('env ')) env.push(line.slice(4));
    if (line === 'end') complete = true;
  }
  return { devices, tries, majors, env, complete };
}

function numberOf(match: RegExpExecArray, at: number): DeviceNumber {
  return `${match[at] as 'b' | 'c'} ${Number(match[at + 1])}:${Number(match[at + 2])}`;
}

/**
 * The kernel or the runtime refused, for want of permission. Other failures (no such device) say nothing about isolation, but in a sandbox
 * with a kernel of its own (gVisor, Kata), which does not have a device that the node's kernel has.
 */
export function isDenied(words: string, sandboxed = false): boolean {
  return (
    sandboxed
      ? /operation not permitted|permission denied|no such device/i
      : /operation not permitted|permission denied/i
  ).test(words);
}

/** For \`PLIMSOLL_TRY\`: \`b:7:12\`. */
export function tryList(numbers: Iterable<DeviceNumber>): string {
  return [...numbers].map((number) => number.replace(' ', ':')).join(' ');
}

/** What is known of a vendor's device nodes (inventory/tables/vendors.json). Plain JSON: it travels in a case's params. */
export interface DevicePatterns {
  /** Regular expressions of the nodes of single devices, and of nodes that all devices share. */
  readonly perDevice: readonly string[];
  readonly control: readonly string[];
  /** Of partitions: the nodes of the devices that they are parts of, which those of one device have in common. */
  readonly silicon?: readonly string[];
  /** How many nodes each device or partition has under one pattern; absent: 1. */
  readonly nodesEach?: number;
  /** Names of the vendor's majors in /proc/devices. */
  readonly majors: readonly string[];
}

interface AcceleratorNodes {
  readonly perDevice: readonly ProbedDevice[];
  readonly silicon: readonly ProbedDevice[];
  readonly control: readonly ProbedDevice[];
  /** Beyond the runtime's default devices, and neither: they may be an accelerator that the tables do not know. */
  readonly others: readonly ProbedDevice[];
}

/** Sorts the device nodes of a container by a vendor's patterns. */
export function sortNodes(report: ProbeReport, patterns: DevicePatterns | undefined): AcceleratorNodes {
  const fits = (sources: readonly string[], path: string): boolean =>
    sources.some((source) => new RegExp(`^(?:${source})$`).test(path));
  const perDevice = report.devices.filter((device) => fits(patterns?.perDevice ?? [], device.path));
  const control = report.devices.filter((device) => fits(patterns?.control ?? [], device.path));
  const silicon = report.devices.filter((device) => fits(patterns?.silicon ?? [], device.path));
  const others = report.devices.filter((device) => ![...perDevice, ...control, ...silicon].includes(device));
  return { perDevice, silicon, control, others };
}

/**
 * How many accelerators the nodes stand for. Some vendors have several nodes for one device (AMD: renderD and card), so each
 * pattern is counted by itself and the largest count is taken: getting more than was asked for always shows.
 */
export function countDevices(nodes: readonly ProbedDevice[], patterns: DevicePatterns): number {
  const counts = patterns.perDevice.map((source) => {
    const pattern = new RegExp(`^(?:${source})$`);
    return new Set(nodes.filter((device) => pattern.test(device.path)).map((device) => device.number)).size;
  });
  return Math.ceil(Math.max(0, ...counts) / (patterns.nodesEach ?? 1));
}

/**
 * Nodes in a container that was granted nothing which are an accelerator all the same: by path, by the name of their major, or
 * because their number is one that another pod was granted. A set that is the difference of two containers on one node would
 * not do: a leak stands in both.
 */
export function leakedNodes(
  report: ProbeReport,
  patterns: DevicePatterns | undefined,
  granted: ReadonlySet<DeviceNumber>,
): readonly ProbedDevice[] {
  const { perDevice, silicon, control } = sortNodes(report, patterns);
  const known = [...perDevice, ...silicon, ...control];
  const ofMajor = (device: ProbedDevice): boolean => {
    const [kindAndMajor = ''] = device.number.split(':');
    return patterns?.majors.includes(report.majors.get(kindAndMajor) ?? '') ?? false;
  };
  return report.devices.filter((device) => known.includes(device) || ofMajor(device) || granted.has(device.number));
}
