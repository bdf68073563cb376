import { dirname, join } from 'node:path';
import { run } from '../../../box/run.ts';
import type { SetupGround } from '../setup.ts';
import { listFile } from './gpus.ts';

/** Tells when it ran: nothing of a node. */
const TIMESTAMP = 'nvidia.com/gfd.timestamp';

/**
 * The labels that NVIDIA's GPU feature discovery gives the node: the program runs once, before the node, and its kubelet registers with them.
 * @param root the driver's files on the host
 * @param flags those that it has in common with the device plugin
 */
export async function featureLabels(
  { folder, program }: SetupGround,
  root: string,
  flags: readonly string[],
): Promise<Record<string, string>> {
  const discovery = program('gpu-feature-discovery');
  const { output } = await run([
    'env',
    `LD_LIBRARY_PATH=${join(root, 'usr', 'lib64')}`,
    `PLIMSOLL_GPUS=${listFile(folder)}`,
    `PATH=${dirname(discovery)}:/usr/bin:/bin`,
    discovery,
    '--oneshot',
    '--use-node-feature-api=false',
    '--output-file=',
    ...flags,
  ]);
  return labelLines(output);
}

/** `KEY=VALUE` lines, without the time. */
export function labelLines(output: string): Record<string, string> {
  const pairs = [...output.matchAll(/^(nvidia\.com\/[^=\s]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]);
  return Object.fromEntries(pairs.filter(([key]) => key !== TIMESTAMP)) as Record<string, string>;
}
