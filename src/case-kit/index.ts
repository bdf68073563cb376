/** The only face that requirement folders import. README.md has one whole case. */
export * from '../evidence/judging.ts';
export { isObject, type KindName, type KubeObject, type ObjectRef } from '../kube/object.ts';
export type { Attempt, Bench, BenchAnswer, CreateOptions, Handle, QuietOptions, UntilOptions } from './bench.ts';
export {
  type Case,
  type CaseDefinition,
  defineCase,
  type Elsewhere,
  type Instance,
  type NotRun,
  type NotRunInstance,
} from './define-case.ts';
export type { CaseOptions, Facts, Inventory } from './facts.ts';
export type { DeclaredWait, Needs, RbacRule, Token } from './needs.ts';
export {
  type AcceleratorAsk,
  type AcceleratorRequest,
  askFor,
  deviceRequest,
  requestAccelerators,
} from './pods/accelerator-request.ts';
export { type PinnedPod, type Place, type PodContainer, pinnedPod, podSpec } from './pods/pinned-pod.ts';
export { inconclusive } from './stop.ts';
