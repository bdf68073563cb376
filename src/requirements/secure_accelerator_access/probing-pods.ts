import {
  all,
  type Bench,
  ended,
  type Handle,
  inconclusive,
  pinnedPod,
  requestAccelerators,
} from '../../case-kit/index.ts';
import { type DeviceNumber, readProbe, sortNodes, tryList } from './probe-report.ts';
import { PROBE_AND_HOLD, PROBE_ONCE, PROBED } from './probe-script.ts';
import type { AcceleratorTarget } from './targets.ts';

/** How long a pod with accelerators may take: binding a minute, starting three (driver libraries). */
export const START = '4m';

/** Creates a pod that asks for `count` accelerators, tells what it sees and holds them. It is waited for by whoever made it. */
export async function accelerated(
  bench: Bench,
  target: AcceleratorTarget,
  { name, count }: { name: string; count: number },
): Promise<Handle> {
  const request = requestAccelerators(target.ask, count, name);
  for (const object of request.objects) await bench.create(object);
  const pod = pinnedPod(bench, {
    name,
    place: target.place,
    user: 'root',
    spec: request.spec,
    containers: [{ name: 'probe', script: PROBE_AND_HOLD, resources: request.resources, readyFile: PROBED }],
  });
  return bench.create(pod, { group: name });
}

/** The numbers of the devices that a holder was given, read from its log. */
export async function numbersOf(bench: Bench, holding: Handle, target: AcceleratorTarget): Promise<DeviceNumber[]> {
  const report = readProbe(await bench.logs(holding.ref, 'probe'));
  const nodes = sortNodes(report, target.patterns);
  return [...nodes.perDevice, ...(target.patterns === undefined ? nodes.others : [])].map((device) => device.number);
}

export interface Outsider {
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
    containers: [
      { name: 'probe', script: PROBE_ONCE, env: { ...is.env, PLIMSOLL_TRY: tryList(is.tries) }, readyFile: PROBED },
    ],
  });
  // A class that is refused ends nothing: what came of it is recorded under the pod's name.
  const made = await bench.attempt(is.name, (named) => named.create(pod, { group: is.name }));
  if (!made.accepted) {
    if (is.runtimeClass !== undefined) return;
    throw inconclusive('environment', `pod ${is.name} was refused: ${made.said}`, 'See what refuses ordinary pods.');
  }
  const over = await bench.until(bench.pods({ group: is.name }), all(ended, 1), {
    // The image is on the node; a class whose handler is not there never starts anything.
    within: is.runtimeClass === undefined ? START : '60s',
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

/** Pods that try it: with the default runtime, and once with each RuntimeClass of the vendor. */
export function ways({
  runtimeClasses,
}: Pick<AcceleratorTarget, 'runtimeClasses'>): { pod: string; runtimeClass?: string }[] {
  return [
    { pod: 'by-variable' },
    ...runtimeClasses.map((runtimeClass, at) => ({ pod: `by-variable-${at + 1}`, runtimeClass })),
  ];
}
