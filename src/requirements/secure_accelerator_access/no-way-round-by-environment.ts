import {
  defineCase,
  type Finding,
  list,
  passes,
  type RecordedObject,
  read,
  remark,
  type Timeline,
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

/** A RuntimeClass without a handler on the node, or that does not allow it: no container of it runs there, so nothing is reached by it. */
function neverRan(timeline: Timeline, pod: string, claim: string): Finding | undefined {
  const states = timeline.pods({ group: pod }).objects.flatMap((object) => object.states);
  const refused = timeline.answers({ name: pod, method: 'POST' }).find(({ status }) => status !== 201);
  if (refused !== undefined) return remark(claim, `such a pod is refused: ${refused.said ?? ''}`, [refused.seq]);
  const last = states.at(-1);
  if (last === undefined || states.some(({ body }) => ran(body))) return undefined;
  return remark(claim, `no container of ${pod} was started in the time that it was given`, [last.seq]);
}

function ran(pod: RecordedObject): boolean {
  return list(pod, 'status.containerStatuses').some(
    (one) => read(one, 'state.running') !== undefined || read(one, 'state.terminated') !== undefined,
  );
}
