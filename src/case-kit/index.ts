/** The only face that requirement folders import. README.md has one whole case. */
export * from '../evidence/judging.ts';
export { acceleratorKinds } from '../inventory/accelerator-kinds.ts';
export { usableSupplies } from '../inventory/inventory.ts';
export { isObject, type KindName, type KubeObject, type ObjectRef } from '../kube/object.ts';
export {
  type AcceleratorOffer,
  type AcceleratorUse,
  acceleratorInstances,
  NO_ACCELERATOR,
} from './accelerators/accelerator-instances.ts';
export {
  type AcceleratorAsk,
  type AcceleratorRequest,
  askFor,
  deviceRequest,
  requestAccelerators,
} from './accelerators/accelerator-request.ts';
export type { Attempt, Bench, BenchAnswer, CreateOptions, Handle, QuietOptions, UntilOptions } from './bench.ts';
export { answers, created } from './claims/answered.ts';
export {
  type Claim,
  type Claims,
  judgeClaims,
  longerThan,
  pods,
  type Reachable,
  type Watched,
} from './claims/claim.ts';
export { always, never } from './claims/lasted.ts';
export { each, eventually, seen } from './claims/reached.ts';
export {
  type Case,
  type CaseDeclaration,
  type CaseDefinition,
  defineCase,
  type Elsewhere,
  type Instance,
  type NotRun,
  type NotRunInstance,
  type SharedAct,
} from './define-case.ts';
export type { CaseOptions, Facts, Inventory } from './facts.ts';
export type { DeclaredWait, Needs, RbacRule, Token } from './needs.ts';
export { type PinnedPod, type Place, type PodContainer, pinnedPod, podSpec } from './pods/pinned-pod.ts';
export { inconclusive } from './stop.ts';
