import {
  type Bench,
  type Case,
  defineCase,
  type Handle,
  inconclusive,
  type KindName,
  type KubeObject,
  kube,
  none,
  number,
  type offered,
  read,
  type Target,
} from '../../case-kit/index.ts';
import {
  CHANGED,
  CHANGED_BACK,
  CHILD_DELETED,
  CREATED,
  FIELD_CHANGED,
  instancesOf,
  mayDelete,
  P,
} from './instances.ts';
import {
  childrenOf,
  isChild,
  mergePatch,
  type OperatorParams,
  only,
  ownedKinds,
  podsRun,
  prepare,
  putBack,
  resourceKind,
  says,
  validObject,
} from './operator.ts';
import { judgeReconciling } from './reconcile-judging.ts';

/** From creating the object to running pods: pulling the image is most of it on a slow registry. */
const START = '5m';
/** What the operator does by itself: making children, putting them back, telling its status. */
const PROMPT = '60s';
const GARBAGE = '2m';

/**
 * R4, R5. A valid object becomes what the operator promises, its pods run, its status says so; a child that is deleted comes back, a field
 * that is changed is put back, a change of the object is followed, and when it goes everything made for it goes too.
 */
function reconcileCase(about: Pick<Case, 'id' | 'kind'>, role: offered.OperatorProfile['role']): Case {
  return defineCase<OperatorParams>({
    ...about,
    title: 'A valid resource becomes running pods, is kept so, and leaves nothing when it is deleted',
    bar: 'official',
    plan: (facts) =>
      instancesOf(facts, role, (params) => {
        const { repair, managedField, change } = params.profile;
        return {
          reads: ownedKinds(params.profile),
          changes: [
            ...(change === undefined ? [] : [resourceKind(params)]),
            ...(managedField === undefined ? [] : [managedField.of as KindName]),
          ],
          rules: mayDelete(facts, repair?.of as KindName | undefined),
        };
      }),
    act: reconcile,
    judge: judgeReconciling,
  });
}

export const reconcilesAndRepairs = reconcileCase(
  { id: 'robust_controller/reconciles-and-repairs', kind: 'required' },
  'operator',
);
export const supportingReconciles = reconcileCase(
  { id: 'robust_controller/supporting-reconciles', kind: 'extended' },
  'support',
);

async function reconcile(bench: Bench, params: OperatorParams): Promise<void> {
  const { profile } = params;
  const owner = await createAndRun(bench, params);
  await repair(bench, profile, owner);
  await putFieldBack(bench, profile, owner);
  await follow(bench, profile, owner);

  await bench.remove(owner.ref, { propagation: 'Background' });
  bench.begin(P.collected);
  await bench.until(itself(owner), none, { within: GARBAGE });
  for (const target of [...ownedKinds(profile), 'v1/Pod'].map((of) => ownedBy(owner, of)))
    if (bench.current(target).length > 0) await bench.until(target, none, { within: GARBAGE });
  bench.finish(P.collected);
}

/** Creates the valid object and waits until its pods run and its status says so. */
export async function createAndRun(bench: Bench, params: OperatorParams): Promise<Handle> {
  const { profile } = params;
  await Promise.all(ownedKinds(profile).map((of) => bench.observe({ of })));
  await prepare(bench, params);
  const made = await bench.attempt('create', (again) => again.create(validObject(bench, params)));
  if (!made.accepted)
    throw inconclusive(
      'environment',
      `the valid object was refused: ${made.said}`,
      `See why ${profile.title} or the API server refuses it.`,
    );
  const owner = made.value;
  bench.learn(CREATED, { uid: owner.uid });
  for (const { of, count } of profile.children)
    await bench.until(ownedBy(owner, of), childrenOf(owner.uid, count), { within: PROMPT });
  if (profile.pods > 0) await bench.until(ownedBy(owner, 'v1/Pod'), podsRun(profile.pods), { within: START });
  await bench.until(owner, says(profile.ready), { within: PROMPT });
  bench.finish(P.becomes);
  return owner;
}

/** What the object owns, directly or not. */
function ownedBy(owner: Handle, of: string): Target {
  return { of, owner: owner.uid };
}

function itself({ of, name, namespace, uid }: Handle): Target {
  return { of, name, uid, ...(namespace === undefined ? {} : { namespace }) };
}

/** Deletes a child; the operator has to make another one, and its pods. */
export async function repair(bench: Bench, profile: offered.OperatorProfile, owner: Handle): Promise<void> {
  const of = profile.repair?.of;
  const child = of === undefined ? undefined : childOf(bench, owner, of);
  if (of === undefined || child === undefined) return;
  const { uid = '' } = child.metadata;
  const pods = bench.current({ of: 'v1/Pod', owner: uid }).map((pod) => pod.metadata.uid ?? '');
  await bench.remove(kube.refOf(child), { propagation: 'Background' });
  bench.learn(CHILD_DELETED, { of, uid, pods });
  const count = profile.children.find((one) => one.of === of)?.count ?? 1;
  await bench.until(ownedBy(owner, of), childrenOf(owner.uid, count, [uid]), { within: PROMPT });
  await bench.until(ownedBy(owner, 'v1/Pod'), podsRun(profile.pods, pods), { within: START });
  bench.finish(P.repaired);
}

async function putFieldBack(
  bench: Bench,
  { managedField, pods }: offered.OperatorProfile,
  owner: Handle,
): Promise<void> {
  const child = managedField === undefined ? undefined : childOf(bench, owner, managedField.of);
  if (managedField === undefined || child === undefined) return;
  const { of, field, to } = managedField;
  const was = read(child, field.split('.'));
  const changed = await bench.patch(kube.refOf(child), mergePatch(child, [{ field, to }]));
  const { uid = '', generation = 0 } = changed.metadata;
  bench.learn(FIELD_CHANGED, { of, uid, generation, was });
  await bench.until({ of, uid }, only(putBack(field, was, generation)), { within: PROMPT });
  bench.finish(P.putBack);
  await bench.until(ownedBy(owner, 'v1/Pod'), podsRun(pods), { within: START });
}

async function follow(bench: Bench, profile: offered.OperatorProfile, owner: Handle): Promise<void> {
  const { change } = profile;
  if (change === undefined) return;
  for (const [made, set, pods, ready] of [
    [CHANGED, change.set, change.pods, change.ready],
    [CHANGED_BACK, change.back, profile.pods, profile.ready],
  ] as const) {
    const [now = owner.object] = bench.current(itself(owner));
    const { metadata } = await bench.patch(owner.ref, mergePatch(now, set));
    const generation = metadata.generation ?? 0;
    bench.learn(made, { generation });
    await bench.until(ownedBy(owner, 'v1/Pod'), podsRun(pods), { within: START });
    await bench.until(owner, says(ready, generation), { within: PROMPT });
  }
  bench.finish(P.follows);
}

function childOf(bench: Bench, owner: Handle, of: string): KubeObject | undefined {
  const there = bench.current(ownedBy(owner, of));
  return there.find((object) => isChild(object, owner.uid) && number(object, 'metadata.generation') !== 0);
}
