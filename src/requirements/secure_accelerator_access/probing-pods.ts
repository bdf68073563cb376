import {
  accelerators,
  all,
  type Bench,
  ended,
  type Handle,
  inconclusive,
  type KubeObject,
  pinnedPod,
} from '../../case-kit/index.ts';
import { grantedNumbers } from './judging.ts';
import {
  type DeviceNumber,
  PROBE_AND_HOLD,
  PROBE_ONCE,
  PROBED,
  type ProbedDevice,
  type ProbeReport,
  readProbe,
  sortNodes,
  TRIES,
  tryList,
} from './probe.ts';
import type { AcceleratorTarget } from './targets.ts';

/** How long a pod with accelerators may take: binding a minute, starting three (driver libraries). */
export const START = '4m';
/** The image is on the node; a class whose handler is not there never starts anything. */
const OTHER_CLASS = '60s';

interface Accelerated {
  readonly name: string;
  readonly count: number;
  readonly runtime: accelerators.RuntimeSpec;
}

/** Creates a pod that asks for `count` accelerators, tells what it sees and holds them. It is waited for by whoever made it. */
export async function accelerated(bench: Bench, target: AcceleratorTarget, is: Accelerated): Promise<Handle> {
  return bench.create(await acceleratedPod(bench, target, is, PROBE_AND_HOLD), { group: is.name });
}

async function acceleratedPod(
  bench: Bench,
  { ask, place }: AcceleratorTarget,
  { name, count, runtime }: Accelerated,
  script: string,
): Promise<KubeObject> {
  const request = accelerators.request(ask, count, name);
  for (const object of request.objects) await bench.create(object);
  return pinnedPod(bench, {
    name,
    place,
    user: 'root',
    spec: { ...request.spec, ...runtime },
    containers: [{ name: 'probe', script, resources: request.resources, readyFile: PROBED }],
  });
}

/** Under which RuntimeClass a pod that asks for one accelerator can open one. */
export function openingRuntime(bench: Bench, target: AcceleratorTarget): Promise<accelerators.RuntimeSpec> {
  return accelerators.chooseRuntime(bench, target.runtimeClasses, async ({ name, spec }) => {
    const pod = await acceleratedPod(bench, target, { name, count: 1, runtime: spec }, PROBE_ONCE);
    const made = await bench.attempt(name, (named) => named.create(pod, { group: name }));
    if (!made.accepted) return false;
    const over = await bench.until(bench.pods({ group: name }), all(ended, 1), {
      within: spec.runtimeClassName === undefined ? START : OTHER_CLASS,
      otherwise: 'go-on',
    });
    const opens = over && opened(readProbe(await bench.logs(made.value.ref, 'probe')), target).length > 0;
    await bench.remove(made.value.ref);
    await bench.untilGone(bench.pods({ group: name }), { within: START });
    return opens;
  });
}

/** Accelerators that a container opened, as far as it is known which nodes are any. */
function opened(report: ProbeReport, { patterns }: AcceleratorTarget): ProbedDevice[] {
  const { perDevice, others } = sortNodes(report, patterns);
  return (patterns === undefined ? others : perDevice).filter(({ open }) => open === 'ok');
}

/** The numbers of the devices that holders were given, read from their logs. */
export async function numbersOf(
  bench: Bench,
  holding: readonly Handle[],
  target: AcceleratorTarget,
): Promise<DeviceNumber[]> {
  const logs = await Promise.all(holding.map(({ ref }) => bench.logs(ref, 'probe')));
  return [...new Set(logs.flatMap((log) => [...grantedNumbers(readProbe(log), target)]))];
}

interface Outsider {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tries: readonly DeviceNumber[];
  readonly runtimeClass?: string;
}

/** A pod on the target's node that asks for no accelerator and tries to reach those of others. */
export async function outsider(bench: Bench, target: AcceleratorTarget, is: Outsider): Promise<void> {
  const pod = pinnedPod(bench, {
    name: is.name,
    place: target.place,
    user: 'root',
    ...(is.runtimeClass === undefined ? {} : { spec: { runtimeClassName: is.runtimeClass } }),
    containers: [{ name: 'probe', script: PROBE_ONCE, env: { ...is.env, PLIMSOLL_TRY: tryList(is.tries) }, ...TRIES }],
  });
  // A class that is refused ends nothing: what came of it is recorded under the pod's name.
  const made = await bench.attempt(is.name, (named) => named.create(pod, { group: is.name }));
  if (!made.accepted) {
    if (is.runtimeClass !== undefined) return;
    throw inconclusive('environment', `pod ${is.name} was refused: ${made.said}`, 'See what refuses ordinary pods.');
  }
  const over = await bench.until(bench.pods({ group: is.name }), all(ended, 1), {
    within: is.runtimeClass === undefined ? START : OTHER_CLASS,
    otherwise: 'go-on',
  });
  if (over) await bench.logs(made.value.ref, 'probe');
}

/** Values with which runtimes of different vendors hand out all devices. */
const ALL = {
  NVIDIA_VISIBLE_DEVICES: 'all',
  NVIDIA_DRIVER_CAPABILITIES: 'all',
  HABANA_VISIBLE_DEVICES: 'all',
  AMD_VISIBLE_DEVICES: 'all',
  ASCEND_VISIBLE_DEVICES: '0',
  MTHREADS_VISIBLE_DEVICES: 'all',
};

/** Every variable that some runtime heeds, and those that the tables know of this vendor. */
export function everyVariable({ visibleDevices }: Pick<AcceleratorTarget, 'visibleDevices'>): Record<string, string> {
  return { ...Object.fromEntries(visibleDevices.map((name) => [name, 'all'])), ...ALL };
}
