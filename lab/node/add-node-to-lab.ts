import { PlimsollError } from '../../src/errors.ts';
import { applyAcceleratorObjects } from '../accelerators/accelerator-objects.ts';
import { type LabApi, openLabApi } from '../api/lab-api.ts';
import { cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { type Progress, silent } from '../progress/progress.ts';
import { type LabDirectory, labDirectory } from '../state/lab-directory.ts';
import { type LabState, requireLabState } from '../state/lab-state.ts';
import { patient } from '../state/patience.ts';
import { bootId, isRunning } from '../state/process-identity.ts';
import { labBinaries, pushLabImages } from '../toolchain.ts';
import { requireRoot } from '../up/check-machine.ts';
import { setupsOf } from '../up/lab-options.ts';
import { acceleratorsOffered } from './accelerators-offered.ts';
import { type NodeRequest, prepareNode } from './add-node.ts';
import type { LabNode } from './node.ts';
import { nodeRecords } from './node-record.ts';
import { nodesReady } from './nodes-ready.ts';
import { endNode } from './remove-node.ts';

export interface AddNodeOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Milliseconds until it has to be Ready (default 60 000); 0: resolve as soon as its kubelet starts. */
  readonly readyMs?: number;
}

/**
 * Adds a node to a lab that is up, and resolves when it is Ready. May be called any number of times at once, from any
 * number of programs. When it fails, nothing of the node is left.
 * @throws PlimsollError `lab-missing`, `lab-ended`, `node-exists`, `lab-full`, `node-not-ready`, ...
 */
export async function addNode(labName: string, request: NodeRequest, options: AddNodeOptions = {}): Promise<LabNode> {
  requireRoot();
  const { progress = silent, signal = new AbortController().signal, readyMs = patient(60_000) } = options;
  const lab = labDirectory(labName);
  const state = requireLabState(lab);
  const cgroups = cgroupLayout();
  const end = progress.step(`adding ${request.name ?? 'a node'} to the lab "${labName}"`);
  const ground = {
    lab,
    state,
    cgroups,
    switchPid: switchPid(lab, state),
    binaries: await labBinaries(progress, signal, [], setupsOf([request])),
  };
  // What its vendor's load runs in.
  if (setupsOf([request]).length > 0)
    await pushLabImages(`http://127.0.0.1:${state.ports.registry}`, [], progress, setupsOf([request]));
  const { node, box } = await prepareNode(ground, request);
  try {
    // The lab may have had no accelerators so far.
    if (node.accelerators.length > 0) {
      const used = {
        own: node.setup === undefined,
        setups: [...setupsOf(nodeRecordsUsed(lab)), ...setupsOf([request])],
      };
      await withApi(lab, (api) => applyAcceleratorObjects(api, used));
    }
    box.go();
    if (readyMs > 0) {
      await withApi(lab, async (api) => {
        await nodesReady(api, [node.name], readyMs, signal);
        await acceleratorsOffered(api, [node], readyMs, signal);
      });
    }
    box.keep();
  } catch (error) {
    await endNode(lab, cgroups, node.name);
    throw error;
  }
  end(`${node.name} is Ready`);
  return node;
}

/** What the nodes that are there already have, as requests for them would say. */
function nodeRecordsUsed(lab: LabDirectory): { accelerators: number; setup?: string }[] {
  return nodeRecords(lab).map(({ accelerators, setup }) => ({
    accelerators: accelerators.length,
    ...(setup === undefined ? {} : { setup }),
  }));
}

async function withApi(lab: LabDirectory, work: (api: LabApi) => Promise<void>): Promise<void> {
  const api = openLabApi(lab.kubeconfig);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

/** PID 1 of the control plane of a lab that runs. */
function switchPid(lab: LabDirectory, state: LabState): number {
  const { controlPlane } = state;
  if (state.phase === 'running' && state.boot === bootId() && controlPlane && isRunning(controlPlane)) {
    return controlPlane.pid;
  }
  throw new PlimsollError(
    'lab-ended',
    `the lab "${lab.name}" is not whole: ${state.phase === 'running' ? 'its control plane has ended' : 'it is still being brought up, or that was cut off'}`,
    `\`plimsoll lab up --name ${lab.name}\` clears what is left and brings it up anew.`,
  );
}
