import { join } from 'node:path';
import type { LabDirectory } from '../state/lab-directory.ts';

/** Name of the provider's cgroup below the lab's. No node may have it. */
export const PROVIDER = 'provider';

/** The provider's own folder: `log/`, `run/`, `machines/`, `socket/`. */
export function providerFolder(lab: Pick<LabDirectory, 'directory'>): string {
  return join(lab.directory, PROVIDER);
}

/** The same path in every node: a link to the socket's folder, for pods that mount it. */
export const SOCKET_FOLDER_IN_NODE = '/run/plimsoll-provider';

/** Bound read-only into every node at the same path; a socket can be connected to there all the same. */
export function socketFolder(lab: Pick<LabDirectory, 'directory'>): string {
  return join(providerFolder(lab), 'socket');
}

export const SOCKET_NAME = 'provider.sock';

export function socketFile(lab: Pick<LabDirectory, 'directory'>): string {
  return join(socketFolder(lab), SOCKET_NAME);
}

/** One file for each machine, written before it is made. */
export function machinesFolder(lab: Pick<LabDirectory, 'directory'>): string {
  return join(providerFolder(lab), 'machines');
}
