import {
  type Finding,
  list,
  passes,
  type RecordedObject,
  read,
  remark,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { reachesNothing } from './judging.ts';
import type { DeviceNumber } from './probe-report.ts';
import type { AcceleratorTarget } from './targets.ts';

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
