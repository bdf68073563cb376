import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';

/** Where labs live. Not below a user's home: everything in it belongs to root and is as short-lived as the lab. */
export function labRoot(): string {
  return process.env['PLIMSOLL_LAB_ROOT'] ?? '/var/lib/plimsoll';
}

/** The folders and files of one lab. Everything that a lab writes to disk lies below `directory`, caches apart. */
export interface LabDirectory {
  readonly name: string;
  readonly directory: string;
  readonly state: string;
  readonly lock: string;
  readonly pki: string;
  readonly controlPlane: string;
  readonly nodes: string;
  /** Kubeconfig of the lab's administrator, for programs on the host. */
  readonly kubeconfig: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/;

/**
 * The folders of the lab `name`, whether or not it exists.
 * @throws PlimsollError `lab-name` when the name cannot be one of a lab, a cgroup and a host name.
 */
export function labDirectory(name: string): LabDirectory {
  if (!NAME.test(name)) {
    throw new PlimsollError(
      'lab-name',
      `"${name}" cannot be the name of a lab`,
      'Use 1 to 30 lower-case letters, digits and dashes, with a letter or digit first and last.',
    );
  }
  const directory = join(labRoot(), name);
  return {
    name,
    directory,
    state: join(directory, 'state.json'),
    lock: join(labRoot(), `.${name}.lock`),
    pki: join(directory, 'pki'),
    controlPlane: join(directory, 'control-plane'),
    nodes: join(directory, 'nodes'),
    kubeconfig: join(directory, 'kubeconfig'),
  };
}

/** Folder of the node `node` of a lab. */
export function nodeDirectory(lab: LabDirectory, node: string): string {
  return join(lab.nodes, node);
}

/** The names of all labs that left a folder, running or not. */
export function labNames(): string[] {
  const root = labRoot();
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}
