/** A device number with its kind, as the kernel tells devices apart: `b 7:12`, `c 195:0`. */
export type DeviceNumber = `${'b' | 'c'} ${number}:${number}`;

export interface ProbedDevice {
  readonly path: string;
  readonly number: DeviceNumber;
  /** `ok`, or the kernel's words. */
  readonly open: string;
}

export interface ProbedTry {
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
