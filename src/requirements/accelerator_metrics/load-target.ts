import {
  accelerators,
  all,
  type Bench,
  type Duration,
  ended,
  type Facts,
  type Handle,
  type Instance,
  type KindName,
  type KubeObject,
  type Needs,
  type NotRun,
  type NotRunInstance,
  offered,
  type Place,
  pinnedPod,
  running,
  succeeded,
} from '../../case-kit/index.ts';
import { PROXY_RULE } from './endpoints.ts';
import type { Holder } from './load-findings.ts';
import { monitorKinds, readsOf } from './scrapes.ts';

/** One kind of accelerator on the node where most of it is free, and what puts it to work. Plain JSON. */
export interface LoadTarget {
  readonly node: offered.MeteredNode;
  readonly place: Place;
  readonly ask: accelerators.Ask;
  readonly load: offered.AcceleratorLoadRow;
  /** Every one of the cluster, the vendor's first. */
  readonly runtimeClasses: readonly string[];
  /** Pods that hold an accelerator each: all that are free. */
  readonly holders: number;
  /** Devices behind all of them, free or not, each of which has to get a pattern. */
  readonly devices: number;
  /** Several pods may hold the same device. */
  readonly shared: boolean;
  readonly rows: readonly offered.AcceleratorMetricsRow[];
  readonly monitors: readonly KindName[];
}

/** What the load allocates on the device, in bytes; undefined when it says nothing of memory. */
export function allocated({ load }: LoadTarget): number | undefined {
  return load.allocates === undefined ? undefined : offered.inBytes(load.allocates.amount, load.allocates.unit);
}

/** Pods with an accelerator each, at most: more are seen on no node but one of small partitions. */
const MOST_HOLDERS = 63;
/** An instance for each kind of accelerator, on one of the nodes where most of it is free; one that cannot be put to work says why. */
export function loadInstances(
  facts: Facts,
  leastMs: (holders: number) => number,
): readonly (Instance<LoadTarget> | NotRunInstance)[] | NotRun {
  // None has to be free for the plan to say first that nobody knows how to put it to work.
  return accelerators.instances(facts, { least: 0, on: (offer) => loadOn(facts, offer, leastMs) });
}

function loadOn(
  facts: Facts,
  { supply, node: facing, ask }: accelerators.Offer,
  leastMs: (holders: number) => number,
): Pick<Instance<LoadTarget>, 'params' | 'needs'> | NotRun {
  const { inventory } = facts;
  const not = (why: Omit<Extract<NotRun, { outcome: 'inconclusive' }>, 'outcome'>): NotRun => ({
    outcome: 'inconclusive',
    ...why,
  });
  const node = offered
    .meteredNodes(inventory)
    .find((one) => one.node === supply.node && one.advertised.includes(supply.name));
  if (node === undefined)
    return not({
      class: 'environment',
      message: `how many devices ${supply.name} stands for on ${supply.node} is not known`,
      remedy: 'See what its device plugin or driver tells of the node in labels and ResourceSlices.',
    });
  const load = inventory.acceleratorLoads.find(
    ({ vendor }) => vendor === supply.vendor || vendor === offered.ANY_VENDOR,
  );
  if (load === undefined)
    return not({
      class: supply.vendor === undefined ? 'unknown-accelerator' : 'not-enabled',
      message: `no program is known that puts ${supply.name} (${supply.vendor ?? 'vendor unknown'}) to work`,
      remedy: `Name one with --accelerator-load IMAGE=COMMAND, or in a file for --tables (acceleratorLoads: vendor ${supply.vendor ?? 'as in your own row'}, image, script).`,
    });
  if (supply.free < 1)
    return not({
      class: 'capacity',
      message: `needs a free ${supply.name}; the best is ${supply.node} with ${supply.free} of ${supply.usable} free`,
      remedy: 'Free an accelerator, then run again.',
    });
  const params: LoadTarget = {
    node,
    place: { node: supply.node, tolerations: facing.tolerations },
    ask,
    load,
    runtimeClasses: accelerators.runtimeClassesFor(supply.vendor, facing, inventory),
    holders: Math.min(supply.free, MOST_HOLDERS),
    devices: supply.measured ?? node.expected,
    shared: supply.usable > (supply.measured ?? node.expected),
    rows: offered.rowsFor(supply.vendor, inventory),
    monitors: monitorKinds(facts),
  };
  return { params, needs: needsOf(params, leastMs(params.holders)) };
}

function needsOf({ place, ask, load, monitors }: LoadTarget, leastMs: number): Needs {
  const version = ask.apiVersion ?? 'resource.k8s.io/v1';
  const dra = ask.mode === 'dra';
  return {
    // All of them, held by nobody else of this run: "the others stay idle" is said of devices that do.
    tokens: { [`accelerators/${place.node}`]: 'all' as const },
    changes: ['v1/Pod'],
    creates: ['v1/Pod', ...(dra ? ([`${version}/ResourceClaimTemplate`] as const) : [])],
    reads: [...readsOf(monitors), ...(ask.mode === 'device-plugin' ? [] : ([`${version}/ResourceClaim`] as const))],
    rules: [PROXY_RULE],
    ...(load.image === undefined ? {} : { images: [load.image] }),
    ...(load.user === 'root'
      ? { podSecurity: { level: 'baseline', why: 'the load opens the device as container root' } }
      : {}),
    waits: [{ why: 'the load of each phase has to show in three answers in a row, and its end', least: leastMs }],
  };
}

/** Name of the container of a load, and of the group of its pods. */
export const POD = 'load';
/** What a holder is told to do: it reads its own annotation from a file, which needs no right but to change the own pod. */
const ORDER = 'plimsoll.dev/load';
const FOLDER = '/plimsoll';

/**
 * Holds a device and puts it to work when it is told so. The load runs in a session of its own, so that all of it ends at once; an image
 * without `setsid` has its processes looked for one by one. A load that ends by itself ends the pod.
 */
const HOLDER = `at=off
ends() { for s in /proc/[0-9]*/stat; do read -r l 2>/dev/null <"$s" || continue; r=\${l##*) }; r=\${r#* }
[ "\${r%% *}" = "$1" ] && (ends "\${l%% *}"; kill -9 "\${l%% *}" 2>/dev/null); done; }
on() { if command -v setsid >/dev/null 2>&1; then setsid /bin/sh -c "$PLIMSOLL_LOAD" & else /bin/sh -c "$PLIMSOLL_LOAD" & fi; pid=$!; }
off() { kill -9 -- -"$pid" 2>/dev/null || { ends "$pid"; kill -9 "$pid" 2>/dev/null; }; wait "$pid" 2>/dev/null; }
while :; do
want=$(cat ${FOLDER}/load 2>/dev/null)
if [ "$want" = on ] && [ "$at" = off ]; then on; at=on; echo "load on"; fi
if [ "$want" = off ] && [ "$at" = on ]; then off; at=off; echo "load off"; fi
if [ "$at" = on ] && ! kill -0 "$pid" 2>/dev/null; then echo "the load ended by itself"; exit 1; fi
sleep 0.2 2>/dev/null || sleep 1
done`;

/** Puts a device to work for a moment: ends well when the load still worked then. */
const TRIAL = `/bin/sh -c "$PLIMSOLL_LOAD" & pid=$!
sleep 3
if kill -0 "$pid" 2>/dev/null; then exit 0; fi
echo "the load ended by itself"; exit 1`;

/** Under which RuntimeClass the load works on a device: the driver's libraries may come with one that is not the default. */
export function loadRuntime(bench: Bench, target: LoadTarget): Promise<accelerators.RuntimeSpec> {
  return accelerators.chooseRuntime(bench, target.runtimeClasses, async ({ name, spec }) => {
    const parts = { script: TRIAL, env: { PLIMSOLL_LOAD: target.load.script }, spec };
    const made = await bench.attempt(name, (named) => createPods(named, target, name, [name], parts));
    if (!made.accepted) return false;
    const trial = bench.pods({ group: name });
    const over = await bench.until(trial, all(ended, 1), {
      within: spec.runtimeClassName === undefined ? starts(target) : '90s',
      otherwise: 'go-on',
    });
    const [pod] = bench.current(trial);
    const works = over && pod !== undefined && succeeded(pod) === true;
    const [handle] = made.value;
    if (handle !== undefined) {
      if (over && !works) await bench.logs(handle.ref, POD);
      await bench.remove(handle.ref, { gracePeriodSeconds: 0 });
    }
    await bench.untilGone(trial, { within: '90s' });
    return works;
  });
}

/** Kind of the claims by which DRA hands devices out. */
export function claimKind({ ask: { apiVersion = 'resource.k8s.io/v1' } }: LoadTarget): KindName {
  return `${apiVersion}/ResourceClaim` as KindName;
}

/** A pod for each holder, each with one accelerator, none of them at work; running when it returns. */
export async function startHolders(
  bench: Bench,
  target: LoadTarget,
  holders: readonly Holder[],
  runtime: accelerators.RuntimeSpec,
): Promise<Handle[]> {
  const volume = {
    name: 'order',
    downwardAPI: { items: [{ path: 'load', fieldRef: { fieldPath: `metadata.annotations['${ORDER}']` } }] },
  };
  const pods = await startPods(
    bench,
    target,
    holders.map(({ name }) => name),
    {
      script: HOLDER,
      env: { PLIMSOLL_LOAD: target.load.script },
      spec: { ...runtime, volumes: [volume] },
      annotations: { [ORDER]: 'off' },
      mounts: [{ name: 'order', mountPath: FOLDER, readOnly: true }],
    },
  );
  return pods;
}

/** Tells a holder to work or to rest. */
export async function order(bench: Bench, { ref }: Handle, works: boolean): Promise<void> {
  await bench.patch(ref, { metadata: { annotations: { [ORDER]: works ? 'on' : 'off' } } });
}

/** Puts one accelerator to work for as long as the pod is there; running when it returns. */
export async function startLoad(bench: Bench, target: LoadTarget): Promise<Handle> {
  const [pod] = await startPods(bench, target, [POD], { script: target.load.script });
  if (pod === undefined) throw new Error('one pod was asked for');
  return pod;
}

interface PodParts {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Fields of the pod's spec. */
  readonly spec?: object;
  readonly mounts?: readonly object[];
}

async function startPods(
  bench: Bench,
  target: LoadTarget,
  names: readonly string[],
  parts: PodParts,
): Promise<Handle[]> {
  const handles = await createPods(bench, target, POD, names, parts);
  await bench.until(bench.pods({ group: POD }), all(running, names.length), { within: starts(target) });
  return handles;
}

/** How long pods may take to run: an image of a vendor has to be pulled. */
function starts({ load }: LoadTarget): Duration {
  return load.image === undefined ? '4m' : '13m';
}

async function createPods(
  bench: Pick<Bench, 'create' | 'observe' | 'image' | 'imagePullSecrets'>,
  target: LoadTarget,
  group: string,
  names: readonly string[],
  parts: PodParts,
): Promise<Handle[]> {
  const { ask: accelerator, place, load } = target;
  if (accelerator.mode !== 'device-plugin') await bench.observe({ of: claimKind(target) });
  const request = accelerators.request(accelerator, 1, group);
  for (const object of request.objects) await bench.create(object);
  const handles: Handle[] = [];
  for (const name of names) {
    const pod = pinnedPod(bench, {
      name,
      place,
      user: load.user ?? 'restricted',
      spec: {
        ...request.spec,
        terminationGracePeriodSeconds: 0,
        ...parts.spec,
      },
      containers: [
        {
          name: POD,
          script: parts.script,
          resources: request.resources,
          ...(parts.env === undefined ? {} : { env: parts.env }),
          ...(parts.mounts === undefined ? {} : { spec: { volumeMounts: parts.mounts } }),
        },
      ],
    });
    const made = load.image === undefined ? pod : withImage(pod, load.image);
    const annotated =
      parts.annotations === undefined
        ? made
        : { ...made, metadata: { ...made.metadata, annotations: { ...parts.annotations } } };
    handles.push(await bench.create(annotated, { group }));
  }
  return handles;
}

function withImage(pod: KubeObject, image: string): KubeObject {
  const spec = pod['spec'] as { containers: Record<string, unknown>[] };
  return { ...pod, spec: { ...spec, containers: spec.containers.map((container) => ({ ...container, image })) } };
}
