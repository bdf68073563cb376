import { existsSync } from 'node:fs';
import { PlimsollError } from '../../src/errors.ts';
import { openLabApi } from '../api/lab-api.ts';
import { type CgroupLayout, cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { type Progress, silent } from '../progress/progress.ts';
import { type LabDirectory, labDirectory, nodeDirectory } from '../state/lab-directory.ts';
import { requireLabState } from '../state/lab-state.ts';
import { tearDown } from '../state/teardown.ts';
import { acceleratorMaker } from '../toolchain.ts';
import { requireRoot } from '../up/check-machine.ts';
import { releaseNode } from './node-index.ts';
import { nodeRecords } from './node-record.ts';

export interface RemoveNodeOptions {
  readonly progress?: Progress;
  /** Leave the Node object in the API, as when a machine is lost. Default: it is deleted, and its pods with it. */
  readonly keepObject?: boolean;
}

/**
 * Takes a node out of a lab: ends everything on it, gives its accelerators back and deletes its Node object. Pods on it are
 * not drained first: that is the caller's to do, and a machine that is lost does not ask either.
 * @throws PlimsollError `lab-missing`, `node-missing`
 */
export async function removeNode(labName: string, name: string, options: RemoveNodeOptions = {}): Promise<void> {
  requireRoot();
  const lab = labDirectory(labName);
  requireLabState(lab);
  if (!existsSync(nodeDirectory(lab, name))) {
    const names = nodeRecords(lab).map((record) => record.name);
    throw new PlimsollError(
      'node-missing',
      `the lab "${labName}" has no node "${name}"`,
      names.length > 0 ? `It has ${names.join(', ')}.` : 'It has no node at all.',
    );
  }
  const end = (options.progress ?? silent).step(`removing the node ${name} of the lab "${labName}"`);
  await endNode(lab, cgroupLayout(), name);
  if (!options.keepObject) await deleteNodeObject(lab, name);
  end();
}

/** Ends a node, whole or half-made, and everything of it on this machine. */
export async function endNode(lab: LabDirectory, cgroups: CgroupLayout, name: string): Promise<void> {
  await tearDown(cgroups, lab.name, nodeDirectory(lab, name), await acceleratorMaker(), name);
  releaseNode(lab, name);
}

/** 404 is as good: a kubelet that never registered, or somebody (Karpenter) was quicker. */
async function deleteNodeObject(lab: LabDirectory, name: string): Promise<void> {
  const api = openLabApi(lab.kubeconfig);
  try {
    const { status, body } = await api.request('DELETE', `/api/v1/nodes/${name}`);
    if (status >= 300 && status !== 404) {
      throw new PlimsollError(
        'node-object',
        `the Node object ${name} could not be deleted (${status}): ${JSON.stringify(body)}`,
        'The node itself is gone; delete the object with kubectl.',
      );
    }
  } finally {
    await api.close();
  }
}
