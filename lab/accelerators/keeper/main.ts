import { parseArgs } from 'node:util';
import { MemoryReclaimer } from '../memory-reclaimer.ts';
import { readRecord } from '../record.ts';

/** Frees the memory of a node's accelerators after their last holder, where a vendor's program hands them out. Runs inside the node. */
const { folder } = parseArgs({ options: { folder: { type: 'string' } } }).values;
const record = folder === undefined ? undefined : readRecord(folder);
if (record === undefined) throw new Error(`usage: --folder FOLDER with a record of accelerators; ${folder} has none`);
new MemoryReclaimer(record.accelerators);
process.once('SIGTERM', () => process.exit(0));
// The reclaimer's own timer keeps no program alive.
setInterval(() => {}, 2 ** 31 - 1);
