import {
  accelerators,
  type Finding,
  fails,
  list,
  passes,
  type RecordedObject,
  read,
  remark,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { type DeviceNumber, isDenied, leakedNodes, type ProbeReport, readProbe, sortNodes } from './probe.ts';
import { type AcceleratorTarget, holdersOf } from './targets.ts';

/** The last whole report of a container, with the log entry that holds it. */
export function reportOf(
  timeline: Timeline,
  pod: string,
  container = 'probe',
): { report: ProbeReport; seq: number } | undefined {
  const log = timeline
    .logs({ pod, container })
    .map((entry) => ({ report: readProbe(entry.text), seq: entry.seq }))
    .findLast((read) => read.report.complete);
  return log;
}

/** Why what a pod told says nothing about the target's node: it was seen on another one, or nobody saw on which. */
function elsewhere(timeline: Timeline, { place }: AcceleratorTarget, pod: string): string | undefined {
  const states = timeline.pods({ group: pod }).objects.flatMap((object) => object.states);
  const nodes = new Set(states.map(({ body }) => text(body, 'spec.nodeName')).filter((name) => name !== ''));
  if (nodes.size === 0) return `on which node ${pod} ran was not seen`;
  const other = [...nodes].find((name) => name !== place.node);
  return other === undefined ? undefined : `${pod} was asked for on ${place.node} and ran on ${other}`;
}

const MOVED =
  'See what changes the affinity of pods (an admission webhook or policy), and exempt namespaces that begin with plimsoll-.';

/** Numbers of the devices that a container was granted; of partitions, with those of the silicon that they are parts of. */
export function grantedNumbers(report: ProbeReport, target: AcceleratorTarget): ReadonlySet<DeviceNumber> {
  const { silicon } = sortNodes(report, target.patterns);
  return new Set([...ownNumbers(report, target), ...silicon.map((device) => device.number)]);
}

/** The numbers that nobody else may be granted while a container has them. */
export function ownNumbers(report: ProbeReport, target: AcceleratorTarget): ReadonlySet<DeviceNumber> {
  const nodes = sortNodes(report, target.patterns);
  const granted = [...nodes.perDevice, ...(target.patterns === undefined ? nodes.others : [])];
  return new Set(granted.map((device) => device.number));
}

/**
 * Numbers of the nodes that a vendor shares among all who were granted a device (`/dev/nvidiactl`, `/dev/kfd`): nobody's accelerator,
 * for whoever was granted one. Never one of `accelerators`, whatever the name that it goes by.
 */
export function sharedNumbers(
  report: ProbeReport,
  target: AcceleratorTarget,
  accelerators: ReadonlySet<DeviceNumber>,
): ReadonlySet<DeviceNumber> {
  const { control } = sortNodes(report, target.patterns);
  return new Set(control.map((device) => device.number).filter((number) => !accelerators.has(number)));
}

/**
 * The positive control: the same probe, in the same image, on the same node, does open a device that was granted. Without it
 * a refusal elsewhere proves nothing.
 */
export function control(timeline: Timeline, target: AcceleratorTarget, pod: string): Finding {
  const claim = `a pod that was granted accelerators on ${target.place.node} opens them (control)`;
  const read = reportOf(timeline, pod);
  if (read === undefined) return undecided('environment', claim, `the probe in pod ${pod} did not report`, []);
  const moved = elsewhere(timeline, target, pod);
  if (moved !== undefined) return undecided('environment', claim, moved, [read.seq], MOVED);
  const granted = grantedNumbers(read.report, target);
  const opened = read.report.devices.filter((device) => granted.has(device.number) && device.open === 'ok');
  if (granted.size > 0 && opened.length === granted.size)
    return passes(claim, `opened ${opened.map((device) => device.path).join(', ')}`, [read.seq]);
  const found = read.report.devices.map((device) => `${device.path} ${device.open}`).join(', ') || 'no device node';
  return undecided('environment', claim, `the control saw: ${found}`, [read.seq], notOpened(timeline));
}

/** What to do about a granted accelerator that cannot be opened. */
function notOpened(timeline: Timeline): string {
  const runtime = accelerators.chosenRuntime(timeline)?.data;
  const others = runtime?.tried.filter((one) => one !== '').join(', ') ?? '';
  const classes =
    runtime === undefined || runtime.chosen !== undefined || others === ''
      ? 'whether the vendor’s runtime is installed and is the default one or has a RuntimeClass'
      : `why it cannot be used with RuntimeClass ${others} either`;
  return `See why a granted accelerator cannot be used on this node: ${classes}, or how the device plugin hands its devices out.`;
}

/** The same of all pods that hold what is free: the first that does not, or one for all. */
export function holdersControl(timeline: Timeline, target: AcceleratorTarget): Finding {
  const all = holdersOf(target).map(({ pod }) => control(timeline, target, pod));
  const bad = all.find(({ outcome }) => outcome !== 'pass');
  const [first] = all;
  if (first === undefined) throw new Error('nobody holds anything');
  return bad ?? { ...first, evidence: all.flatMap(({ evidence }) => evidence) };
}

/** Numbers of all devices that were held, as far as their holders told them. */
export function heldNumbers(timeline: Timeline, target: AcceleratorTarget): ReadonlySet<DeviceNumber> {
  return new Set(
    holdersOf(target).flatMap(({ pod }) => {
      const told = reportOf(timeline, pod);
      return told === undefined ? [] : [...grantedNumbers(told.report, target)];
    }),
  );
}

/** Nothing of the accelerators can be seen, opened, or reached by a node made by hand in that container. */
export function reachesNothing(
  timeline: Timeline,
  target: AcceleratorTarget,
  where: {
    pod: string;
    container?: string;
    claim: string;
    remedy: string;
    own?: ReadonlySet<DeviceNumber>;
    /** It ran under a runtime that may have a kernel of its own. */
    sandboxed?: boolean;
  },
  granted: ReadonlySet<DeviceNumber>,
): Finding {
  const { pod, container = 'probe', claim, remedy, own = new Set<DeviceNumber>(), sandboxed = false } = where;
  const read = reportOf(timeline, pod, container);
  const name = `${pod}/${container}`;
  if (read === undefined) return undecided('environment', claim, `the probe in ${name} did not report`, []);
  const { report, seq } = read;
  const moved = elsewhere(timeline, target, pod);
  if (moved !== undefined) return undecided('environment', claim, moved, [seq], MOVED);
  const leaks = leakedNodes(report, target.patterns, granted).filter((device) => !own.has(device.number));
  if (leaks.length > 0) {
    const seen = leaks.map(
      (device) => `${device.path} (${device.number}): ${device.open === 'ok' ? 'opened' : device.open}`,
    );
    return fails(claim, `${name} was granted none of them and sees ${seen.join(', ')}`, [seq], remedy);
  }
  const foreign = report.tries.filter((one) => granted.has(one.number) && !own.has(one.number));
  const through = foreign.filter((one) => one.open === 'ok');
  if (through.length > 0)
    return fails(
      claim,
      `${name} made a node for ${through.map((one) => one.number).join(', ')} and opened it`,
      [seq],
      remedy,
    );
  // A refused mknod says that the pod may make no nodes, and nothing of whether it could open one: not for want of CAP_MKNOD.
  const notMade = sandboxed ? [] : foreign.filter((one) => one.mknod !== 'ok' && isDenied(one.mknod));
  const unclear = foreign.filter((one) => !isDenied(one.mknod === 'ok' ? one.open : one.mknod, sandboxed));
  const untried = [...granted].filter((number) => !own.has(number) && !foreign.some((one) => one.number === number));
  if (granted.size === 0)
    return undecided('environment', claim, 'no pod that was granted a device saw one: there is nothing to try', [seq]);
  if (untried.length > 0 || foreign.length === 0)
    return undecided(
      'environment',
      claim,
      `${untried.join(', ') || 'nothing'} was not tried in ${name}: it was not known when the pod began`,
      [seq],
      'Run it while no other workload takes or gives back accelerators of this node.',
    );
  if (notMade.length > 0)
    return undecided(
      'environment',
      claim,
      `${name} may not make device nodes (mknod: ${notMade[0]?.mknod}), so that it was not tried to open ${notMade.map((one) => one.number).join(', ')}`,
      [seq],
      "Let the pods of the run have CAP_MKNOD, as Pod Security baseline allows: a policy, the runtime's configuration or a user namespace takes it away.",
    );
  if (unclear.length > 0) {
    const said = unclear.map((one) => `${one.number}: mknod ${one.mknod}, open ${one.open}`).join('; ');
    return undecided('environment', claim, `${name} was neither refused nor let in: ${said}`, [seq]);
  }
  const tried = foreign
    .map((one) => `${one.number} ${one.mknod === 'ok' ? one.open : `mknod: ${one.mknod}`}`)
    .join(', ');
  return passes(claim, `${name} sees no accelerator; nodes made by hand were refused (${tried})`, [seq]);
}

/** What bounds a pass: kinds of nodes that were not tried, and an accelerator of which too little is known. */
export function limitsOf(target: AcceleratorTarget): Finding[] {
  return [...untriedKinds(target), ...unknownVendor(target)];
}

function untriedKinds({ untried, ask }: AcceleratorTarget): Finding[] {
  if (untried.length === 0) return [];
  const message = `${untried.length} more kinds of nodes have ${ask.name} and were not tried: ${untried.join('; ')}`;
  return [remark('every kind of node was tried', message, [])];
}

/** What to do about an accelerator whose device nodes no table knows. */
export const NAME_THEM = 'Name them in a file for --tables (vendors: perDevice, control, majors).';

/** For an accelerator that no table knows: what was shown stays, but a pass would claim more than is known. */
function unknownVendor(target: AcceleratorTarget): Finding[] {
  if (target.patterns !== undefined) return [];
  const claim = 'the device nodes of this accelerator are known';
  const message = `no table knows the device nodes behind ${target.ask.name}`;
  return [undecided('unknown-accelerator', claim, message, [], NAME_THEM)];
}

/** Pods without a request: with the default runtime, and once with each RuntimeClass of the cluster. */
export function ways(
  { runtimeClasses }: Pick<AcceleratorTarget, 'runtimeClasses'>,
  name: 'outsider' | 'by-variable',
): { pod: string; runtimeClass?: string }[] {
  return [{ pod: name }, ...runtimeClasses.map((runtimeClass, at) => ({ pod: `${name}-${at + 1}`, runtimeClass }))];
}

/** Pods without a request reach nothing, whatever the RuntimeClass that they name: a finding for each. */
export function reachNothingByAnyClass(
  timeline: Timeline,
  target: AcceleratorTarget,
  {
    pods,
    claim,
    remedy,
  }: { readonly pods: 'outsider' | 'by-variable'; readonly claim: string; readonly remedy: string },
  granted: ReadonlySet<DeviceNumber>,
): Finding[] {
  return ways(target, pods).map(({ pod, runtimeClass }) => {
    const named = runtimeClass === undefined ? claim : `${claim}, with RuntimeClass ${runtimeClass}`;
    return (
      refusedToStart(timeline, pod, named) ??
      (runtimeClass === undefined ? undefined : neverRan(timeline, pod, named)) ??
      reachesNothing(timeline, target, { pod, claim: named, remedy, sandboxed: runtimeClass !== undefined }, granted)
    );
  });
}

/** "insufficient privileges to read device list from NVIDIA_VISIBLE_DEVICES": the container was not even started. */
function refusedToStart(timeline: Timeline, pod: string, claim: string): Finding | undefined {
  for (const history of timeline.pods({ group: pod }).objects) {
    for (const state of history.states) {
      const said = /insufficient privileges[^"]*VISIBLE_DEVICES[^"]*/.exec(JSON.stringify(state.body['status'] ?? {}));
      if (said) return passes(claim, `the runtime refused to start ${pod}: ${said[0]}`, [state.seq]);
    }
  }
  return undefined;
}

/** What containerd and CRI-O say of a RuntimeClass whose handler a node does not have. */
const NO_HANDLER = /no runtime for|find runtime handler|runtime handler .*not (?:found|supported)/i;

/**
 * Of a RuntimeClass whose handler the node does not have no container runs there, so nothing is reached by it. That none was started for any
 * other reason (a slow sandbox, a pod that was refused) shows nothing: a class that was not tried must not pass.
 */
function neverRan(timeline: Timeline, pod: string, claim: string): Finding | undefined {
  const refused = timeline.answers({ name: pod, method: 'POST' }).find(({ status }) => status !== 201);
  if (refused !== undefined)
    return undecided('environment', claim, `${pod} was refused: ${refused.said ?? 'no answer'}`, [refused.seq]);
  const { objects } = timeline.pods({ group: pod });
  const states = objects.flatMap((object) => object.states);
  const last = states.at(-1);
  if (last === undefined || states.some(({ body }) => ran(body))) return undefined;
  const said = objects
    .flatMap(({ ref }) => timeline.events(ref).objects.flatMap((event) => event.states))
    .find(({ body }) => NO_HANDLER.test(text(body, 'note')));
  if (said !== undefined)
    return remark(claim, `the node has no handler for it: ${text(said.body, 'note')}`, [said.seq]);
  const message = `no container of ${pod} was started in the time that it was given`;
  return undecided(
    'environment',
    claim,
    message,
    [last.seq],
    'See why pods of this RuntimeClass do not start, then run again.',
  );
}

function ran(pod: RecordedObject): boolean {
  return list(pod, 'status.containerStatuses').some(
    (one) => read(one, 'state.running') !== undefined || read(one, 'state.terminated') !== undefined,
  );
}
