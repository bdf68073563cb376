import {
  accelerators,
  all,
  type Bench,
  bound,
  type GroupCondition,
  type Handle,
  inconclusive,
  type KindName,
  named,
  type Place,
  pinnedPod,
  type RecordedObject,
  ready,
  running,
  type SharedAct,
  showDuration,
  text,
  unschedulable,
} from '../../case-kit/index.ts';
import { disturbed, gone, HOLD, IMPOSSIBLE, noMachineFor, ofPool, P, STABLE, waitsForPool } from './growth-story.ts';

/** One pool and one kind of accelerator, as every case of this requirement uses it. Plain JSON. */
export interface ScaleTarget {
  readonly by: string;
  /** For people: `Karpenter NodePool gpu`. */
  readonly pool: string;
  /** The label that nodes of the pool carry. Without it the pool is "whatever has this accelerator". */
  readonly label?: { readonly key: string; readonly value: string };
  readonly ask: accelerators.Ask;
  /** How it is known that the pool has this accelerator; undefined: it is not, and a pool that does not grow shows nothing. */
  readonly known?: string;
  /** Of the taints that the pool is known to give its nodes. */
  readonly tolerations: Place['tolerations'];
  /** Of taints that other nodes with such accelerators have: an empty pool need not tell all that its nodes will have. */
  readonly alsoTolerated: Place['tolerations'];
  /** Free accelerators on nodes that are there: taken for as long as the pool has to look full. */
  readonly fillers: readonly { readonly place: Place; readonly count: number }[];
  /** Device nodes of the vendor, as regular expressions; none when no table knows it. */
  readonly devices: readonly string[];
  /** Milliseconds that growing and shrinking may take. */
  readonly upWithin: number;
  readonly downWithin: number;
  /** Machines of the autoscaler that go with nodes, where such a kind is served. */
  readonly machines?: KindName;
  /** `resource.k8s.io/v1/ResourceSlice`; only for `dra`. */
  readonly slices?: KindName;
}

const CONTAINER = 'trigger';
/** More than any node has. */
const FAR_TOO_MANY = 10_000;
/** A device that there cannot be: counts in a claim are limited to what one claim may hold (resource.k8s.io, 32). */
const NO_SUCH_DEVICE = 'device.driver == "there-is-none.invalid"';

/** Tells which device nodes it sees, then stays. */
const LOOK_AND_HOLD = `find /dev \\( -type b -o -type c \\) 2>/dev/null | sort
echo looked
trap "exit 0" TERM; sleep 86400 & wait`;
const STAY = 'trap "exit 0" TERM; sleep 86400 & wait';

/** A pod that asks for one accelerator of the pool, and that no node that is there can take. */
function trigger(bench: Bench, target: ScaleTarget): Promise<Handle> {
  return pending(bench, target, { name: 'trigger', script: LOOK_AND_HOLD, count: 1 });
}

/** A pod like the trigger that no node of any size could take. */
function impossible(bench: Bench, target: ScaleTarget): Promise<Handle> {
  const dra = target.ask.mode === 'dra';
  const count = dra ? 1 : FAR_TOO_MANY;
  return pending(bench, target, {
    name: 'impossible',
    script: STAY,
    count,
    ...(dra ? { expression: NO_SUCH_DEVICE } : {}),
  });
}

interface Wanted {
  readonly name: string;
  readonly script: string;
  readonly count: number;
  readonly expression?: string;
}

async function pending(bench: Bench, target: ScaleTarget, wanted: Wanted): Promise<Handle> {
  const { name, script, count, expression } = wanted;
  const request = accelerators.request(target.ask, count, name, expression);
  for (const object of request.objects) await bench.create(object);
  const { label } = target;
  const tolerations = [...target.tolerations, ...target.alsoTolerated];
  const pod = pinnedPod(bench, {
    name,
    spec: {
      ...(label === undefined ? {} : { nodeSelector: { [label.key]: label.value } }),
      ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((one) => ({ ...one })) }),
      ...request.spec,
    },
    containers: [{ name: CONTAINER, script, resources: request.resources }],
  });
  return bench.create(pod, { group: name });
}

/** Takes the free accelerators of one node. Autoscalers are asked to leave it alone, for the short time that it is there. */
async function filler(bench: Bench, target: ScaleTarget, index: number): Promise<Handle | undefined> {
  const taken = target.fillers[index];
  if (taken === undefined) return undefined;
  const name = `filler-${index}`;
  const request = accelerators.request(target.ask, taken.count, name);
  for (const object of request.objects) await bench.create(object);
  const pod = pinnedPod(bench, {
    name,
    place: taken.place,
    spec: request.spec,
    containers: [{ name: CONTAINER, script: STAY, resources: request.resources }],
  });
  const annotations = {
    'karpenter.sh/do-not-disrupt': 'true',
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  };
  return bench.create({ ...pod, metadata: { ...pod.metadata, annotations } }, { group: 'filler' });
}

export const BUDGET = { act: '3h' } as const;
const NODES = { of: 'v1/Node' } as const;
/** What the scheduler takes to say that a pod does not fit. */
const REFUSED_WITHIN = '90s';

/**
 * Fills the pool, asks for one accelerator more and waits for a node; leaves a pod pending that no node can take, from the
 * moment when nothing else is pending until the end; takes the pod away and waits until its node is gone; goes on watching.
 */
export const SCALING: SharedAct<ScaleTarget> = { name: 'cluster_autoscaling/scaling', act: scaleAct };

async function scaleAct(bench: Bench, target: ScaleTarget): Promise<void> {
  await Promise.all(
    [NODES.of, target.machines, target.slices].flatMap((of) => (of === undefined ? [] : [bench.observe({ of })])),
  );
  await nothingElseWaits(bench, target);
  const baseline = new Set(bench.current(NODES).map(({ metadata }) => metadata.uid ?? ''));
  bench.mark(P.before.from);
  const fillers = await fill(bench, target);
  const pod = await trigger(bench, target);
  bench.mark(P.grows.from);
  const node = await growth(bench, target, pod, baseline);
  bench.mark(P.grows.to);
  await bench.attempt('log', (named) => named.logs(pod.ref, CONTAINER));
  await Promise.all(fillers.map((one) => bench.remove(one.ref)));
  if (fillers.length > 0) await bench.untilGone(bench.pods({ group: 'filler' }), { within: '2m', otherwise: 'go-on' });
  bench.releaseTokens();

  await impossible(bench, target);
  bench.mark(P.impossible.from);
  // At every moment: the node of the running pod stays, and nothing comes for the pod that cannot be served.
  const broken = await bench.until(NODES, disturbed(target, node, baseline), { within: HOLD, otherwise: 'go-on' });
  await bench.quiet(NODES, { during: 1 });
  bench.mark(P.kept.to);
  if (broken) {
    await whoIsOnNewNodes(bench, target, node.uid, baseline);
    throw inconclusive(
      'environment',
      `${target.pool} changed while a pod ran on its new node`,
      'See what else was found.',
    );
  }
  await bench.remove(pod.ref);
  bench.mark(P.shrinks.from);
  const shrunk = await bench.until(NODES, gone(node), { within: target.downWithin, otherwise: 'go-on' });
  if (!shrunk) {
    await whatIsSaid(bench);
    const words = `node ${node.name} was not removed within ${showDuration(target.downWithin)}`;
    throw inconclusive('environment', words, 'See what the autoscaler says of the node; it is still there and costs.');
  }
  if (target.machines !== undefined)
    await bench.until({ of: target.machines }, noMachineFor(node.name), { within: '3m', otherwise: 'go-on' });
  bench.mark(P.shrinks.to);
  await staysShrunk(bench, newOf(target, baseline));
  await whoIsOnNewNodes(bench, target, node.uid, baseline);
  bench.mark(P.stable.to);
}

/** The pod that cannot be served is left for its three minutes; what is left of the two minutes needs nothing of the act's own. */
async function staysShrunk(bench: Bench, more: ReturnType<typeof newOf>): Promise<void> {
  const served = IMPOSSIBLE - bench.since(P.impossible.from);
  if (served > 0 && !(await bench.quiet(NODES, { during: served, unless: more }))) return;
  await bench.endNamespaces();
  const rest = STABLE - bench.since(P.shrinks.to);
  if (rest > 0) await bench.quiet(NODES, { during: rest, unless: more });
}

/** Other pods that wait for the same accelerators would make the pool grow as well: nobody could say for whom. */
async function nothingElseWaits(bench: Bench, target: ScaleTarget): Promise<void> {
  const { ask, pool } = target;
  const waiting = await bench.list('v1/Pod', { fields: 'status.phase=Pending' });
  const others = (waiting as RecordedObject[]).filter((pod) => waitsForPool(pod, target));
  const [first] = others;
  if (first === undefined) return;
  const { namespace = '', name = '' } = first.metadata;
  throw inconclusive(
    'capacity',
    `${others.length} other pods wait for ${ask.name} already, first ${namespace}/${name}: who made ${pool} grow could not be told`,
    'Run again when no other workload waits for these accelerators.',
  );
}

async function fill(bench: Bench, target: ScaleTarget): Promise<Handle[]> {
  const made = await Promise.all(target.fillers.map((_, index) => filler(bench, target, index)));
  const fillers = made.filter((one) => one !== undefined);
  if (fillers.length > 0)
    await bench.until(bench.pods({ group: 'filler' }), all(running, fillers.length), { within: '4m' });
  return fillers;
}

/** The node that came for the trigger. */
async function growth(
  bench: Bench,
  target: ScaleTarget,
  pod: Handle,
  baseline: ReadonlySet<string>,
): Promise<{ name: string; uid: string }> {
  await bench.until(pod, refusedOrBound, { within: REFUSED_WITHIN });
  const within = target.upWithin;
  const pods = bench.pods({ group: 'trigger' });
  const came = (): number => bench.current(NODES).filter((one) => ready(one) === true && more(one) === true).length;
  const more = newOf(target, baseline);
  const ended = await bench.until(pods, runsOrInVain(came), { within, otherwise: 'go-on' });
  const runs = all(running, 1)(bench.current(pods)) === true;
  if (ended && !runs) {
    await whatIsSaid(bench);
    const words = `${target.pool} has grown by ${came()} nodes and the pod runs on none of them`;
    throw inconclusive(
      'environment',
      words,
      'More nodes would only cost: see what was found of the pod and of the nodes.',
    );
  }
  if (!runs) {
    await whatIsSaid(bench);
    const words = `no pod ran on a new node of ${target.pool} within ${showDuration(within)}`;
    throw inconclusive('environment', words, 'See what the autoscaler says: events and machines are in the timeline.');
  }
  const [running_] = bench.current(bench.pods({ group: 'trigger' })) as readonly RecordedObject[];
  const name = running_ === undefined ? '' : text(running_, 'spec.nodeName');
  const node = bench.current(NODES).find(({ metadata }) => metadata.name === name);
  const uid = node?.metadata.uid ?? '';
  if (node === undefined || baseline.has(uid))
    throw inconclusive(
      'capacity',
      `the pod found room on ${name}, which was there before: the pool was not full`,
      'Run again while nothing else is placed on or removed from the pool.',
    );
  return { name, uid };
}

/** An autoscaler that adds a node after the other for one pod would go on for as long as anybody waits. */
const MOST_NODES = 3;

function runsOrInVain(came: () => number): GroupCondition {
  const runs = all(running, 1);
  return named(`${runs.name}, or ${MOST_NODES} new nodes in vain`, (pods: readonly RecordedObject[]) => {
    const is = runs(pods);
    return is === true || came() >= MOST_NODES ? true : is;
  });
}

const refusedOrBound = named('unschedulable', (pod: RecordedObject) =>
  unschedulable(pod) === true || bound(pod) === true ? true : unschedulable(pod),
);

function newOf(target: ScaleTarget, baseline: ReadonlySet<string>) {
  const pool = ofPool(target);
  return named(`a new node of ${target.pool}`, (node: RecordedObject): true | string =>
    baseline.has(node.metadata.uid ?? '') ? 'it was there before' : pool(node),
  );
}

/** What runs on nodes that came and are not the trigger's: a node that somebody uses has come for them. */
async function whoIsOnNewNodes(
  bench: Bench,
  target: ScaleTarget,
  own: string,
  baseline: ReadonlySet<string>,
): Promise<void> {
  const pool = newOf(target, baseline);
  for (const node of bench.current(NODES) as readonly RecordedObject[]) {
    if (node.metadata.uid === own || pool(node) !== true) continue;
    const fields = `spec.nodeName=${node.metadata.name ?? ''}`;
    await bench.attempt(`pods on ${node.metadata.name ?? ''}`, (named) => named.list('v1/Pod', { fields }));
  }
}

/** Events of autoscalers, wherever they put them: on pods, on machines, on the status ConfigMap. */
async function whatIsSaid(bench: Bench): Promise<void> {
  await bench.attempt('what is said', (named) => named.list('events.k8s.io/v1/Event', { fields: 'type=Warning' }));
}
