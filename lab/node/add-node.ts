import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Box } from '../box/start-box.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { nodeAddress, podCidr } from '../network/addresses.ts';
import { projectRoot } from '../project-root.ts';
import { socketFolder } from '../provider/provider-folder.ts';
import { type LabDirectory, nodeDirectory } from '../state/lab-directory.ts';
import type { LabState } from '../state/lab-state.ts';
import { tearDown } from '../state/teardown.ts';
import { acceleratorMaker, acceleratorSetup, type LabBinaries } from '../toolchain.ts';
import type { Taint } from './kubelet-config.ts';
import type { AcceleratorMode, LabNode, NodePlan } from './node.ts';
import type { NodeDefect } from './node-defects.ts';
import { claimNode, releaseNode } from './node-index.ts';
import { asLabNode, type NodeRecord, writeNodeRecord } from './node-record.ts';
import { startNode } from './start-node.ts';

/** What a node is asked to be. */
export interface NodeRequest {
  /** Default `node-<number>`. */
  readonly name?: string;
  /** How many accelerators it has; 0 when left out. */
  readonly accelerators?: number;
  /** How they are handed out; `device-plugin` when left out. */
  readonly mode?: AcceleratorMode;
  /** A set-up by name (lab/accelerators/setups): a vendor's programs hand the accelerators out, in its own way. `mode` follows from it. */
  readonly setup?: string;
  /** Program (of the checkout) that hands them out instead of the lab's own: a deliberately defective one. */
  readonly acceleratorDriver?: string;
  /** A fault that it has on purpose. */
  readonly defect?: NodeDefect;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** Default `plimsoll://<lab>/<node>`. */
  readonly providerId?: string;
  /** Flags of its kubelet alone, each `--name=value`. */
  readonly kubeletFlags?: readonly string[];
}

/** What the nodes of one lab have in common. */
export interface NodeGround {
  readonly lab: LabDirectory;
  readonly state: LabState;
  readonly cgroups: CgroupLayout;
  readonly switchPid: number;
  readonly binaries: LabBinaries;
}

/** A node whose container runtime runs and whose kubelet starts with `box.go()`. */
export interface PreparedNode {
  readonly node: LabNode;
  readonly box: Box;
}

/** Makes a node up to the moment when its kubelet can start. What was made is taken away again when that fails. */
export async function prepareNode(ground: NodeGround, request: NodeRequest): Promise<PreparedNode> {
  const { lab, state } = ground;
  const { index, name } = claimNode(lab, request.name);
  const directory = nodeDirectory(lab, name);
  const plan: NodePlan = {
    lab: lab.name,
    name,
    index,
    address: nodeAddress(index),
    podCidr: podCidr(index),
    directory,
  };
  const count = request.accelerators ?? 0;
  const setup = count === 0 || request.setup === undefined ? undefined : await acceleratorSetup(request.setup);
  const mode = count === 0 ? 'none' : (setup?.mode ?? request.mode ?? 'device-plugin');
  const maker = await acceleratorMaker();
  try {
    const accelerators =
      setup !== undefined
        ? await maker.makeSetup(plan, count, setup.name)
        : mode === 'none'
          ? undefined
          : await maker.make(plan, count, mode, request.acceleratorDriver);
    const kubelet = [...(state.kubernetesFlags['kubelet'] ?? []), ...(request.kubeletFlags ?? [])];
    const box = await startNode({
      plan,
      cgroups: ground.cgroups,
      labPki: lab.pki,
      switchPid: ground.switchPid,
      binaries: ground.binaries,
      dnsDomain: state.dnsDomain,
      kubernetes: { featureGates: state.featureGates, flags: { ...state.kubernetesFlags, kubelet } },
      labels: request.labels ?? {},
      taints: [...(request.taints ?? []), ...(count > 0 ? state.acceleratorTaints : [])],
      providerId: request.providerId ?? `plimsoll://${lab.name}/${name}`,
      accelerators,
      defect: request.defect,
      providerSocket: socketFolder(lab),
      // The last one only in a lab that can be asked for nodes from inside.
      binds: [projectRoot(), dirname(process.execPath), ...[socketFolder(lab)].filter((path) => existsSync(path))],
    });
    const record: NodeRecord = {
      ...plan,
      init: box.init,
      mode,
      ...(setup === undefined ? {} : { setup: setup.name }),
      accelerators: [...(accelerators?.accelerators ?? [])],
    };
    writeNodeRecord(record);
    return { node: asLabNode(record), box };
  } catch (error) {
    await tearDown(ground.cgroups, lab.name, directory, maker, name);
    releaseNode(lab, name);
    throw error;
  }
}
