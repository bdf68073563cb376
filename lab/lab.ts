/** The lab's public face: what the CLI, the tests and services (such as a Karpenter provider) use. */

export type { AcceleratorSetup } from './accelerators/setups/setup.ts';
export { SETUPS, setupNamed } from './accelerators/setups/setups.ts';
export { CONFORMANT_ADDONS, CONFORMANT_NODES } from './addons/conformant.ts';
export { inWords } from './build/timings.ts';
export type { NodeRequest } from './node/add-node.ts';
export { type AddNodeOptions, addNode } from './node/add-node-to-lab.ts';
export type { AcceleratorMode, LabNode, NodeAccelerator } from './node/node.ts';
export { NODE_DEFECTS, type NodeDefect } from './node/node-defects.ts';
export { type RemoveNodeOptions, removeNode } from './node/remove-node.ts';
export { type Progress, silent } from './progress/progress.ts';
export { type SnapshotOptions, snapshot } from './snapshot/snapshot.ts';
export { labNames } from './state/lab-directory.ts';
export { type LabStatus, labStatus } from './status/lab-status.ts';
export { labBuildSeconds } from './toolchain.ts';
export { addAddons, addonsOf, removeAddons } from './up/change-addons.ts';
export type { Lab, LabTimings } from './up/lab.ts';
export { labDown } from './up/lab-down.ts';
export { DEFAULT_LAB, type LabOptions } from './up/lab-options.ts';
export { labUp } from './up/lab-up.ts';
