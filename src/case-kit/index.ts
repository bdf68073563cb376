/** The only face that requirement folders import. README.md has one whole case. */

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
  list,
  named,
  negativeWindow,
  none,
  number,
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
export * as accelerators from './accelerators/index.ts';
export type { Bench, BenchAnswer, Handle } from './bench.ts';
export { answers, created } from './claims/answered.ts';
export {
  type Claim,
  judgeClaims,
  longerThan,
  ofControl,
  pods,
} from './claims/claim.ts';
export { always, never } from './claims/lasted.ts';
export { each, eventually, seen } from './claims/reached.ts';
export {
  type Case,
  defineCase,
  type Instance,
  type NotRun,
  type NotRunInstance,
  type SharedAct,
} from './define-case.ts';
export type { Facts } from './facts.ts';
export * as kube from './kube-objects.ts';
export * as metered from './metered-service/index.ts';
export type { Needs, RbacRule } from './needs.ts';
export * as offered from './offered.ts';
export { type Place, pinnedPod, podSpec } from './pods/pinned-pod.ts';
export { inconclusive } from './stop.ts';
