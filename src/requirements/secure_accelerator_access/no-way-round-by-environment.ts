import {
  defineCase,
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
import { ISOLATION } from './isolation-act.ts';
import { control, grantedNumbers, limitsOf, reachesNothing, reportOf } from './judging.ts';
import { ways } from './probing-pods.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

const REMEDY =
  'Let the toolkit refuse the variable from unprivileged containers (NVIDIA: accept-nvidia-visible-devices-envvar-when-unprivileged=false, with DEVICE_LIST_STRATEGY=volume-mounts or cdi-annotations/cdi-cri).';

/** S3: a visible-devices variable is no way past the scheduler. A runtime that refuses to start such a container denies too. */
export const noWayRoundByEnvironment = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/no-way-round-by-environment',
  title: 'A visible-devices variable gives no accelerator to a pod that asked for none',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) => instancesOf(facts, 1),

  shares: ISOLATION,

  judge(timeline, target) {
    const holding = reportOf(timeline, 'holder');
    const granted = holding === undefined ? new Set<never>() : grantedNumbers(holding.report, target);
    return [
      control(timeline, target, 'holder'),
      ...ways(target).map(({ pod, runtimeClass }) => {
        const claim = `a visible-devices variable gives nothing${runtimeClass === undefined ? '' : ` with RuntimeClass ${runtimeClass}`}`;
        return (
          refusedToStart(timeline, pod, claim) ??
          (runtimeClass === undefined ? undefined : neverRan(timeline, pod, claim)) ??
          reachesNothing(
            timeline,
            target,
            { pod, claim, remedy: REMEDY, sandboxed: runtimeClass !== undefined },
            granted,
          )
        );
      }),
      ...limitsOf(target),
    ];
  },
});

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
