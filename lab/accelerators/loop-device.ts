import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { PlimsollError } from '../../src/errors.ts';

const run = promisify(execFile);

/**
 * Requests of /dev/loop-control (linux/loop.h); Node has no ioctl, and perl-base is part of every Debian. When the program
 * that asked is killed meanwhile, perl lives on: it looks afterwards whether its parent is still there, and undoes what it
 * did if not. So a teardown that comes after the kill either sees the device or has none to see.
 */
const CONTROL = { add: 0x4c80, remove: 0x4c81 } as const;
const IOCTL = `
  open(my $control, '+<', '/dev/loop-control') or do { print STDERR "$!"; exit 2 };
  if (defined ioctl($control, $ARGV[0], $ARGV[1] + 0)) {
    ioctl($control, ${CONTROL.remove}, $ARGV[1] + 0) if $ARGV[0] == ${CONTROL.add} && getppid() != $ARGV[2];
    exit 0;
  }
  my $code = $!{EEXIST} ? 3 : $!{EBUSY} ? 4 : $!{ENODEV} ? 5 : 2;
  print STDERR "$!";
  exit $code;
`;

/** The same for putting a file below a device, by losetup. */
const BIND = `
  my $code = system('losetup', @ARGV[0, 1]);
  system('losetup', '--detach', $ARGV[0]) if $code == 0 && getppid() != $ARGV[2];
  exit($code >> 8 || $code);
`;

type ControlOutcome = 'done' | 'exists' | 'busy' | 'missing';
const OUTCOMES: Record<number, ControlOutcome> = { 3: 'exists', 4: 'busy', 5: 'missing' };

async function control(action: keyof typeof CONTROL, loop: number): Promise<ControlOutcome> {
  try {
    await run('perl', ['-e', IOCTL, String(CONTROL[action]), String(loop), String(process.pid)]);
    return 'done';
  } catch (error) {
    const { code, stderr } = error as { code?: number | string; stderr?: string };
    const outcome = typeof code === 'number' ? OUTCOMES[code] : undefined;
    if (outcome) return outcome;
    throw new PlimsollError(
      'loop-control',
      `the kernel did not ${action} loop device ${loop}: ${stderr || String(error)}`,
      'The lab makes its accelerators from loop devices: it needs root, /dev/loop-control and perl (Debian: perl-base).',
      { cause: error },
    );
  }
}

/** Claims the unused number `loop` for us alone; false when somebody else has it (atomic in the kernel). */
export async function addLoop(loop: number): Promise<boolean> {
  return (await control('add', loop)) === 'done';
}

/** Puts the device /dev/loopN on top of a file. */
export async function bindLoop(loop: number, file: string): Promise<void> {
  try {
    await run('perl', ['-e', BIND, `/dev/loop${loop}`, file, String(process.pid)]);
  } catch (error) {
    throw new PlimsollError(
      'loop-bind',
      `/dev/loop${loop} could not be put on ${file}: ${String((error as { stderr?: string }).stderr || error).trim()}`,
      'Run `plimsoll lab down` and `lab up` again. losetup is in the Debian package mount; /dev has to be a devtmpfs.',
      { cause: error },
    );
  }
}

/** The file below /dev/loopN as the kernel tells it, or undefined when the device is free or does not exist. */
export function backingFile(loop: number): string | undefined {
  try {
    return readFileSync(`/sys/block/loop${loop}/loop/backing_file`, 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

/** `[major, minor]` of /dev/loopN (the minor is not N when the module was loaded with partitions). */
export function deviceNumber(loop: number): readonly [number, number] {
  const [major, minor] = readFileSync(`/sys/block/loop${loop}/dev`, 'utf8').trim().split(':').map(Number);
  if (major === undefined || minor === undefined) throw new Error(`/sys/block/loop${loop}/dev is unreadable`);
  return [major, minor];
}

/** Every loop device that has a file: `N -> path`. A file that was unlinked carries ` (deleted)` at its end. */
export function boundLoops(): Map<number, string> {
  const loops = new Map<number, string>();
  for (const name of readdirSync('/sys/block')) {
    const loop = /^loop(\d+)$/.exec(name)?.[1];
    const file = loop === undefined ? undefined : backingFile(Number(loop));
    if (file !== undefined) loops.set(Number(loop), file);
  }
  return loops;
}

/** Whether the number is known to the kernel, with or without a file. */
export function loopExists(loop: number): boolean {
  return readdirSync('/sys/block').includes(`loop${loop}`);
}

/**
 * Takes the file off /dev/loopN and gives the number back. The caller has made sure that the device is ours.
 * Waits up to `deadlineMs` for whoever still has it open (the last processes of a node that was just killed): the kernel
 * tells nobody when a block device is closed, so this asks again.
 */
export async function freeLoop(loop: number, deadlineMs = 10_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
    const file = backingFile(loop);
    if (file !== undefined) await detach(loop);
    const outcome = await control('remove', loop);
    if (outcome === 'done' || outcome === 'missing') return;
    if (Date.now() > end) {
      throw new PlimsollError(
        'accelerator-in-use',
        `/dev/loop${loop} (on ${file ?? 'no file any more'}) is still open after ${deadlineMs / 1000} s`,
        `Find who holds it with \`fuser -v /dev/loop${loop}\` or \`grep -l loop${loop} /proc/*/mountinfo\`, end it and run \`plimsoll lab down\` again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** With somebody holding the device open, the kernel accepts and detaches at the last close. */
async function detach(loop: number): Promise<void> {
  try {
    await run('losetup', ['--detach', `/dev/loop${loop}`]);
  } catch (error) {
    if (backingFile(loop) !== undefined) throw error;
  }
}
