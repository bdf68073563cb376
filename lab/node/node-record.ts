import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LabDirectory } from '../state/lab-directory.ts';
import { isRunning } from '../state/process-identity.ts';
import type { LabNode } from './node.ts';

const nodeRecord = z.object({
  lab: z.string(),
  name: z.string(),
  index: z.number().int(),
  address: z.string(),
  podCidr: z.string(),
  directory: z.string(),
  init: z.object({ pid: z.number().int(), startTime: z.string() }),
  mode: z.enum(['device-plugin', 'dra', 'none']),
  setup: z.string().optional(),
  accelerators: z.array(
    z.object({ index: z.number().int(), uuid: z.string(), path: z.string(), blockDevice: z.string() }),
  ),
});
/** `node.json` in a node's folder: what a running node is. */
export type NodeRecord = z.infer<typeof nodeRecord>;

export function writeNodeRecord(record: NodeRecord): void {
  const file = join(record.directory, 'node.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** The record of one node; undefined when it has none (it was being made when its maker was killed). */
export function readNodeRecord(directory: string): NodeRecord | undefined {
  const file = join(directory, 'node.json');
  if (!existsSync(file)) return undefined;
  const parsed = nodeRecord.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : undefined;
}

/** All nodes of a lab that were made whole, by index, whether or not they still run. */
export function nodeRecords(lab: LabDirectory): NodeRecord[] {
  return nodeNames(lab)
    .map((name) => readNodeRecord(join(lab.nodes, name)))
    .filter((record) => record !== undefined)
    .sort((a, b) => a.index - b.index);
}

/** The names of all nodes that have a folder, half-made ones too. */
export function nodeNames(lab: LabDirectory): string[] {
  return existsSync(lab.nodes) ? readdirSync(lab.nodes) : [];
}

/** Whether the node's PID 1 lives. */
export function nodeRuns(record: NodeRecord): boolean {
  return isRunning(record.init);
}

/** A record as the public shape of a node. */
export function asLabNode({ init, ...plan }: NodeRecord): LabNode {
  return { ...plan, initPid: init.pid, netns: `/proc/${init.pid}/ns/net` };
}
