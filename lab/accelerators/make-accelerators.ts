import { randomUUID } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { type Accelerator, RECORD_FILE } from './accelerator.ts';
import { driverVersion } from './driver-version.ts';
import { addLoop, backingFile, bindLoop, boundLoops, deviceNumber, freeLoop, loopExists } from './loop-device.ts';
import { readRecord, writeRecord } from './record.ts';

export interface AcceleratorShape {
  /** Of the lab's own: letters, digits, dots and dashes (it is a label's value too). */
  readonly model: string;
  /** Multiple of 1 MiB. */
  readonly memoryBytes: number;
  /** What a uuid begins with; default `ACC-`. */
  readonly uuidPrefix?: string;
  /** The path of the device of that index; default the lab's own. */
  readonly path?: (index: number) => string;
}

export const DEFAULT_SHAPE: AcceleratorShape = { model: 'Plimsoll-A1', memoryBytes: 1024 ** 3 };

/** Numbers from here on: clear of the ones that other programs get from the kernel (the lowest free). */
const FIRST_LOOP = 1000;

/**
 * Makes (or takes up again, for a node that is restarted) `count` accelerators in `folder`. What an accelerator was stays:
 * its uuid and its memory's content live in the folder. May be called again after a kill at any point.
 * @param node name of the node, for the record
 * @throws PlimsollError `accelerator-room` when the disk could not hold what the devices can be filled with.
 */
export async function makeAccelerators(
  folder: string,
  node: string,
  count: number,
  shape: AcceleratorShape = DEFAULT_SHAPE,
): Promise<readonly Accelerator[]> {
  mkdirSync(folder, { recursive: true });
  const place = realpathSync(folder);
  const known = readRecord(place)?.accelerators ?? [];
  for (const surplus of known.slice(count)) await remove(surplus);
  const kept = known.slice(0, count);
  checkRoom(place, count, shape);
  const accelerators: Accelerator[] = [];
  const write = (unfinished?: Accelerator): void =>
    writeRecord(place, {
      version: 1,
      node,
      driverVersion: driverVersion(),
      accelerators: [...accelerators, ...(unfinished ? [unfinished] : kept.slice(accelerators.length))],
    });
  for (let index = 0; index < count; index += 1) {
    const made = await makeOne(place, index, kept[index] ?? shape, write);
    accelerators.push(made);
  }
  write();
  return accelerators;
}

async function makeOne(
  folder: string,
  index: number,
  like: Accelerator | AcceleratorShape,
  intend: (unfinished: Accelerator) => void,
): Promise<Accelerator> {
  const known = 'uuid' in like;
  const uuid = known ? like.uuid : `${like.uuidPrefix ?? 'ACC-'}${randomUUID()}`;
  const path = known ? like.path : like.path?.(index);
  const file = join(folder, `${uuid}.img`);
  if (!existsSync(file)) {
    writeFileSync(file, '', { mode: 0o600 });
    truncateSync(file, like.memoryBytes);
  }
  const { model, memoryBytes } = like;
  const base = { index, uuid, model, memoryBytes, file, ...(path === undefined ? {} : { path }) };
  const intendLoop = (loop: number): void => intend({ ...base, loop, major: 7, minor: loop });
  const bound = [...boundLoops()].find(([, backing]) => backing === file)?.[0];
  const loop = bound ?? (await bindNewLoop(file, intendLoop));
  const [major, minor] = deviceNumber(loop);
  return { ...base, loop, major, minor };
}

/**
 * A new device on the file. A lab that goes down may free a number that it once had and that has only just become ours: then
 * another one is taken.
 */
async function bindNewLoop(file: string, intend: (loop: number) => void): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const loop = await claimNumber(intend);
    try {
      await bindLoop(loop, file);
      return loop;
    } catch (error) {
      if (loopExists(loop) || attempt === 3) throw error;
    }
  }
}

/** The number is written down before the kernel is asked for it, so that a crash leaves none that nobody remembers. */
async function claimNumber(intend: (loop: number) => void): Promise<number> {
  for (let loop = FIRST_LOOP; ; loop += 1) {
    if (loopExists(loop)) continue;
    intend(loop);
    if (await addLoop(loop)) return loop;
  }
}

/**
 * Gives back every loop device whose file lies below `directory` (a node's folder or a whole lab's), and the unbound numbers
 * that a record below it remembers. Needs no state in memory; loop devices of anybody else are never touched.
 */
export async function releaseAccelerators(directory: string): Promise<void> {
  const place = existsSync(directory) ? realpathSync(directory) : directory;
  const ours = [...boundLoops()].filter(([, file]) => file.startsWith(`${place}/`)).map(([loop]) => loop);
  await Promise.all(ours.map((loop) => freeLoop(loop)));
  const records = globSync(
    ['', 'accelerators/', 'accelerators/*/', 'nodes/*/accelerators/', 'nodes/*/accelerators/*/'].map(
      (folder) => `${folder}${RECORD_FILE}`,
    ),
    { cwd: place },
  );
  const recorded = records.flatMap((record) => recordedNumbers(dirname(join(place, record))));
  const left = recorded.filter((loop) => loopExists(loop) && backingFile(loop) === undefined);
  await Promise.all(left.map((loop) => freeLoop(loop)));
}

/** A record that cannot be read must not keep a lab from going down: its bound devices were found by their files. */
function recordedNumbers(folder: string): number[] {
  try {
    return readRecord(folder)?.accelerators.map(({ loop }) => loop) ?? [];
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'accelerator-record') return [];
    throw error;
  }
}

async function remove(accelerator: Accelerator): Promise<void> {
  if (backingFile(accelerator.loop) === accelerator.file) await freeLoop(accelerator.loop);
  rmSync(accelerator.file, { force: true });
}

function checkRoom(folder: string, count: number, shape: AcceleratorShape): void {
  const disk = statfsSync(folder);
  const free = disk.bavail * disk.bsize;
  const wanted = count * shape.memoryBytes;
  if (free >= wanted) return;
  const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  throw new PlimsollError(
    'accelerator-room',
    `${count} accelerators of ${gib(shape.memoryBytes)} may fill ${gib(wanted)}, but ${folder} has ${gib(free)} free`,
    'Free some space, ask for fewer accelerators, or put the lab elsewhere with PLIMSOLL_LAB_ROOT.',
  );
}
