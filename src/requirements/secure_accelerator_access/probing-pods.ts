import { all, type Bench, ended, type Handle, pinnedPod, requestAccelerators } from '../../case-kit/index.ts';
import { sortNodes } from './accelerator-nodes.ts';
import { type DeviceNumber, readProbe, tryList } from './probe-report.ts';
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
export async function outsider(bench: Bench, target: AcceleratorTarget, is: Outsider): Promise<Handle> {
  const pod = pinnedPod(bench, {
    name: is.name,
    place: target.place,
    user: 'root',
    ...(is.runtimeClass === undefined ? {} : { spec: { runtimeClassName: is.runtimeClass } }),
    containers: [
      { name: 'probe', script: PROBE_ONCE, env: { ...is.env, PLIMSOLL_TRY: tryList(is.tries) }, readyFile: PROBED },
    ],
  });
  const handle = await bench.create(pod, { group: is.name });
  const over = await bench.until(bench.pods({ group: is.name }), all(ended, 1), { within: START, otherwise: 'go-on' });
  if (over) await bench.logs(handle.ref, 'probe');
  return handle;
}
