import { readFileSync, writeFileSync } from 'node:fs';
import type { Progress } from '../progress/progress.ts';

const LIMIT = '/proc/sys/fs/inotify/max_user_instances';
/** Counted on a lab: kubelet 6, containerd 2, kube-proxy 1, a device plugin 1; the control plane 15. */
const PER_NODE = 12;
const BESIDE = 40;
/** What the limit is raised to: enough for several labs. */
const ENOUGH = 1024;

/**
 * Raises the machine's limit of inotify instances for each user where so many nodes would come near it: the kernel's default of 128 is
 * enough for about ten nodes. It stays raised, other labs may rest on it. Where it cannot be raised, the lab is tried all the same; a
 * program that fails of it says so (box/crash-loop.ts).
 */
export function raiseInotifyLimit(nodes: number, progress: Pick<Progress, 'note'>, file = LIMIT): void {
  const limit = Number(readFileSync(file, 'utf8'));
  if (limit >= Math.min(nodes * PER_NODE + BESIDE, ENOUGH)) return;
  try {
    writeFileSync(file, `${ENOUGH}\n`);
    progress.note(
      `fs.inotify.max_user_instances raised from ${limit} to ${ENOUGH}, for ${nodes} nodes; it stays so until the machine starts anew`,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    progress.note(
      `fs.inotify.max_user_instances is ${limit}, which may be too little for ${nodes} nodes, and could not be raised: ${why}`,
    );
  }
}
