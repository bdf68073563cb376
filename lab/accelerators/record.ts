import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PlimsollError } from '../../src/errors.ts';
import { type Accelerator, RECORD_FILE } from './accelerator.ts';

const record = z.object({
  version: z.literal(1),
  node: z.string(),
  driverVersion: z.string(),
  accelerators: z.array(
    z.object({
      index: z.number().int().nonnegative(),
      uuid: z.string(),
      model: z.string(),
      memoryBytes: z.number().int().positive(),
      file: z.string(),
      loop: z.number().int().nonnegative(),
      major: z.number().int(),
      minor: z.number().int(),
      path: z.string().optional(),
    }),
  ),
});

/** What stands in a node's accelerators/accelerators.json. The metrics exporter (lab/go/exporter) reads it too. */
export interface AcceleratorRecord {
  readonly version: 1;
  readonly node: string;
  readonly driverVersion: string;
  readonly accelerators: readonly Accelerator[];
}

/**
 * The record in `folder`; undefined when there is none.
 * @throws PlimsollError `accelerator-record` when it cannot be understood.
 */
export function readRecord(folder: string): AcceleratorRecord | undefined {
  const file = join(folder, RECORD_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return record.parse(JSON.parse(text));
  } catch (error) {
    throw new PlimsollError(
      'accelerator-record',
      `${file} is not a record of accelerators`,
      'Bring the lab down and up again: `plimsoll lab down` finds the devices by their files and does not need the record.',
      { cause: error },
    );
  }
}

/** Writes the record so that a reader sees the old one or the new one, never half of it. */
export function writeRecord(folder: string, value: AcceleratorRecord): void {
  const file = join(folder, RECORD_FILE);
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(value, undefined, 2)}\n`);
  renameSync(next, file);
}
