import {
  accelerators,
  all,
  type Bench,
  bound,
  type Handle,
  negativeWindow,
  phases,
  pinnedPod,
  ready,
  type SharedAct,
} from '../../case-kit/index.ts';
import { otherWayPod, watchHoldings } from './holdings.ts';
import { ways } from './judging.ts';
import { type DeviceNumber, PROBE_AND_HOLD, PROBE_ONCE, TRIES, tryList } from './probe.ts';
import { accelerated, everyVariable, numbersOf, openingRuntime, outsider, START } from './probing-pods.ts';
import { type AcceleratorTarget, holdersOf } from './targets.ts';

/** Cases that are judged from this act, by the ends of their ids. */
const ID = 'secure_accelerator_access';
const asks = (asked: ReadonlySet<string>, ...names: string[]): boolean =>
  names.some((name) => asked.has(`${ID}/${name}`));

/** From when every free accelerator is held; the part of it in which more are asked for; and until who waited was given one. */
export const P = phases({
  held: ['all held', 'release'],
  refused: ['asked for more', 'release'],
  released: ['release', 'released'],
});

const BIND = '90s';
/** In another way there may be other ones to be had. Shorter than the window in which nothing may be placed. */
const OTHER_WAY = '45s';
/** Who was placed although everything is held may never start; the fail is known by then. */
const BROKEN = '30s';

/**
 * One act for all cases about devices in containers (S1-S6 and S8 of the design), because its longest part is a minute in which
 * all accelerators of the node are held and everything else can be tried meanwhile:
 *
 * 0. Where the cluster has RuntimeClasses: `control-N` finds out under which one a pod can open what it was granted. Pods with a request
 *    name that one; pods without are tried under every one.
 * 1. `holder` takes every free accelerator (of shares `holder`, `holder-2`, ... one each). As soon as it is bound, `one-more` (one accelerator) and `too-many` (more than the node
 *    has) are created and watched for W. Meanwhile `outsider` pods, which ask for none, try to reach the numbers that the holder saw.
 * 2. The holder goes. `one-more` gets a device, and so does `shared` beside it, whose init container and sidecar ask for none.
 *
 * A part that does not come to its end does not end the others: each case judges what its own pods told.
 */
export const ISOLATION: SharedAct<AcceleratorTarget> = { name: `${ID}/isolation`, act: isolationAct };

async function isolationAct(bench: Bench, target: AcceleratorTarget, asked: ReadonlySet<string>): Promise<void> {
  const counts = asks(asked, 'no-more-than-there-are');
  if (counts) await watchHoldings(bench, target);
  const runtime = await openingRuntime(bench, target);
  const holding: Handle[] = [];
  for (const { pod, count } of holdersOf(target))
    holding.push(await accelerated(bench, target, { name: pod, count, runtime }));
  await eachHolder(bench, target, bound);
  bench.begin(P.held);
  const [numbers, quiet] = await Promise.all([
    probed(bench, target, holding, asked),
    counts ? tooMany(bench, target, runtime) : true,
  ]);
  if (!counts && !asks(asked, 'only-what-was-granted', 'other-containers-of-the-pod', 'between-two-pods')) return;
  bench.finish(P.held);
  bench.begin(P.released);
  await Promise.all(holding.map(({ ref }) => bench.remove(ref)));
  await afterRelease(bench, target, numbers, { waiting: counts, within: quiet ? START : BROKEN, runtime });
}

async function eachHolder(bench: Bench, target: AcceleratorTarget, condition: typeof bound): Promise<void> {
  await Promise.all(
    holdersOf(target).map(({ pod }) => bench.until(bench.pods({ group: pod }), all(condition, 1), { within: START })),
  );
}

/** What the holder sees, and what pods without a request see of it. */
async function probed(
  bench: Bench,
  target: AcceleratorTarget,
  holding: readonly Handle[],
  asked: ReadonlySet<string>,
): Promise<readonly DeviceNumber[]> {
  await eachHolder(bench, target, ready);
  const tries = await numbersOf(bench, holding, target);
  await Promise.all([
    ...(asks(asked, 'no-request-no-access') ? ways(target, 'outsider') : []).map(({ pod, runtimeClass }) =>
      outsider(bench, target, { name: pod, tries, ...(runtimeClass === undefined ? {} : { runtimeClass }) }),
    ),
    ...(asks(asked, 'no-way-round-by-environment') ? ways(target, 'by-variable') : []).map(({ pod, runtimeClass }) =>
      outsider(bench, target, {
        name: pod,
        tries,
        env: everyVariable(target),
        ...(runtimeClass === undefined ? {} : { runtimeClass }),
      }),
    ),
  ]);
  return tries;
}

/** S6: pods that may not be placed while everything is held. False when one was. */
async function tooMany(bench: Bench, target: AcceleratorTarget, runtime: accelerators.RuntimeSpec): Promise<boolean> {
  await Promise.all([
    accelerated(bench, target, { name: 'one-more', count: 1, runtime }),
    accelerated(bench, target, { name: 'too-many', count: target.usable + 1, runtime }),
  ]);
  bench.begin(P.refused);
  const [quiet] = await Promise.all([
    bench.quiet(bench.pods({ group: 'one-more' }), { during: negativeWindow(5_000), unless: bound }),
    ...(target.otherWays ?? []).map((way, index) =>
      inOtherWay(bench, { ...target, ask: way.ask }, otherWayPod(index), runtime),
    ),
  ]);
  return quiet;
}

/** Asks for one in another way while all are held; what it was given is gone again when it returns. */
async function inOtherWay(
  bench: Bench,
  target: AcceleratorTarget,
  name: string,
  runtime: accelerators.RuntimeSpec,
): Promise<void> {
  const made = await bench.attempt(name, (named) => accelerated(named, target, { name, count: 1, runtime }));
  if (!made.accepted) return;
  const pods = bench.pods({ group: name });
  if (await bench.until(pods, all(bound, 1), { within: OTHER_WAY, otherwise: 'go-on' }))
    if (await bench.until(pods, all(ready, 1), { within: START, otherwise: 'go-on' }))
      await bench.logs(made.value.ref, 'probe');
  await bench.remove(made.value.ref);
  await bench.untilGone(pods, { within: START });
}

/** S8, S5, S4: who waited gets a device; a second pod beside it has another one, of which its other containers have nothing. */
async function afterRelease(
  bench: Bench,
  target: AcceleratorTarget,
  numbers: readonly DeviceNumber[],
  { waiting, within, runtime }: { waiting: boolean; within: '4m' | '30s'; runtime: accelerators.RuntimeSpec },
): Promise<void> {
  const env = { PLIMSOLL_TRY: tryList(numbers) };
  const shared = (): Promise<Handle> => sharedPod(bench, target, { env, runtime });
  const oneMore = waiting
    ? bench.current(bench.pods({ group: 'one-more' }))[0]?.metadata.name
    : (await accelerated(bench, target, { name: 'one-more', count: 1, runtime })).name;
  const beside = target.free > 1 ? await shared() : undefined;
  const placed = await bench.until(bench.pods({ group: 'one-more' }), all(bound, 1), {
    within: BIND,
    otherwise: 'go-on',
  });
  bench.finish(P.released);
  const first = { apiVersion: 'v1', kind: 'Pod', namespace: bench.namespace, name: oneMore ?? 'one-more' };
  if (placed && (await reports(bench, 'one-more', within))) await bench.logs(first, 'probe');
  if (beside === undefined) await bench.remove(first);
  const second = beside ?? (await shared());
  if (!(await reports(bench, 'shared', within))) return;
  for (const container of ['probe', 'beside', 'before']) await bench.logs(second.ref, container);
}

function reports(bench: Bench, group: string, within: '4m' | '30s'): Promise<boolean> {
  return bench.until(bench.pods({ group }), all(ready, 1), { within, otherwise: 'go-on' });
}

/** One container asks for an accelerator; an init container and a sidecar of the same pod do not. */
async function sharedPod(
  bench: Bench,
  target: AcceleratorTarget,
  { env, runtime }: { env: Record<string, string>; runtime: accelerators.RuntimeSpec },
): Promise<Handle> {
  const request = accelerators.request(target.ask, 1, 'shared');
  for (const object of request.objects) await bench.create(object);
  const pod = pinnedPod(bench, {
    name: 'shared',
    place: target.place,
    user: 'root',
    spec: { ...request.spec, ...runtime },
    initContainers: [{ name: 'before', script: PROBE_ONCE, env, spec: TRIES.spec }],
    containers: [
      { name: 'probe', script: PROBE_AND_HOLD, resources: request.resources, env, ...TRIES },
      { name: 'beside', script: PROBE_AND_HOLD, env, ...TRIES },
    ],
  });
  return bench.create(pod, { group: 'shared' });
}
