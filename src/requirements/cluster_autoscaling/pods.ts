import { type Bench, type Handle, pinnedPod, requestAccelerators } from '../../case-kit/index.ts';
import type { ScaleTarget } from './scale-target.ts';

export const CONTAINER = 'trigger';
/** More than any node has. */
const FAR_TOO_MANY = 10_000;
/** A device that there cannot be: counts in a claim are limited to what one claim may hold (resource.k8s.io, 32). */
const NO_SUCH_DEVICE = 'device.driver == "there-is-none.invalid"';

/** Tells which device nodes it sees, then stays. */
const LOOK_AND_HOLD = `find /dev \\( -type b -o -type c \\) 2>/dev/null | sort
echo looked
trap "exit 0" TERM; sleep 86400 & wait`;
const HOLD = 'trap "exit 0" TERM; sleep 86400 & wait';

/** A pod that asks for one accelerator of the pool, and that no node that is there can take. */
export function trigger(bench: Bench, target: ScaleTarget): Promise<Handle> {
  return pending(bench, target, { name: 'trigger', script: LOOK_AND_HOLD, count: 1 });
}

/** A pod like the trigger that no node of any size could take. */
export function impossible(bench: Bench, target: ScaleTarget): Promise<Handle> {
  const dra = target.ask.mode === 'dra';
  const count = dra ? 1 : FAR_TOO_MANY;
  return pending(bench, target, {
    name: 'impossible',
    script: HOLD,
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
  const request = requestAccelerators(target.ask, count, name, expression);
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
export async function filler(bench: Bench, target: ScaleTarget, index: number): Promise<Handle | undefined> {
  const taken = target.fillers[index];
  if (taken === undefined) return undefined;
  const name = `filler-${index}`;
  const request = requestAccelerators(target.ask, taken.count, name);
  for (const object of request.objects) await bench.create(object);
  const pod = pinnedPod(bench, {
    name,
    place: taken.place,
    spec: request.spec,
    containers: [{ name: CONTAINER, script: HOLD, resources: request.resources }],
  });
  const annotations = {
    'karpenter.sh/do-not-disrupt': 'true',
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  };
  return bench.create({ ...pod, metadata: { ...pod.metadata, annotations } }, { group: 'filler' });
}
