/** The only face that requirement folders import. README.md has one whole case. */

export { refusalCause } from '../evidence/environment/refusal-cause.ts';
export {
  all,
  atLeast,
  bound,
  type Condition,
  condition,
  cutShort,
  type Duration,
  doesNotApply,
  type EntryOf,
  type Expectation,
  ended,
  exactly,
  expectAlways,
  expectAnswer,
  expectEventually,
  expectNever,
  expectSeen,
  type Finding,
  fact,
  fails,
  firstMoment,
  type GroupCondition,
  type InconclusiveClass,
  list,
  named,
  negativeWindow,
  none,
  number,
  type ObjectHistory,
  type ObjectState,
  type Phase,
  passes,
  phases,
  type RecordedObject,
  read,
  ready,
  remark,
  running,
  type Selection,
  showDuration,
  succeeded,
  type Target,
  type Timeline,
  text,
  undecided,
  unschedulable,
  type Window,
} from '../evidence/judging.ts';
export * as exporterPages from '../exporter-pages/index.ts';
export * as exposition from '../exposition/index.ts';
export type { KindName, KubeObject, ObjectRef } from '../kube/object.ts';
export {
  type AcceleratorOffer,
  type AcceleratorUse,
  acceleratorInstances,
  NO_ACCELERATOR,
} from './accelerators/accelerator-instances.ts';
export {
  type AcceleratorAsk,
  askFor,
  deviceRequest,
  requestAccelerators,
} from './accelerators/accelerator-request.ts';
export { chooseRuntime, chosenRuntime, type RuntimeSpec, runtimeClassesFor } from './accelerators/chosen-runtime.ts';
export type { Attempt, Bench, BenchAnswer, Handle } from './bench.ts';
export { answers, created } from './claims/answered.ts';
export {
  type Claim,
  type Claims,
  judgeClaims,
  longerThan,
  ofControl,
  pods,
} from './claims/claim.ts';
export { always, never } from './claims/lasted.ts';
export { each, eventually, seen } from './claims/reached.ts';
export {
  type Case,
  type CaseDeclaration,
  type CaseDefinition,
  defineCase,
  type Instance,
  type NotRun,
  type NotRunInstance,
  type SharedAct,
} from './define-case.ts';
export type { CaseOptions, Facts } from './facts.ts';
export * as kube from './kube-objects.ts';
export * as metered from './metered-service/index.ts';
export type { DeclaredWait, Needs, RbacRule } from './needs.ts';
export * as offered from './offered.ts';
export { type PinnedPod, type Place, type PodContainer, pinnedPod, podSpec } from './pods/pinned-pod.ts';
export { inconclusive } from './stop.ts';
