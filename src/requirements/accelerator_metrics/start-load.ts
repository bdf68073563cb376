import {
  all,
  type Bench,
  type Handle,
  type KindName,
  type KubeObject,
  pinnedPod,
  requestAccelerators,
  running,
} from '../../case-kit/index.ts';
import type { LoadTarget } from './load-target.ts';

/** Name of the load's pod, its container and its group. */
export const POD = 'load';

/** Kind of the claims by which DRA hands devices out. */
export function claimKind({ ask: { apiVersion = 'resource.k8s.io/v1' } }: LoadTarget): KindName {
  return `${apiVersion}/ResourceClaim` as KindName;
}

/** Puts one accelerator to work; running when it returns. */
export async function startLoad(bench: Bench, target: LoadTarget): Promise<Handle> {
  const { ask: accelerator, place, load } = target;
  if (accelerator.mode !== 'device-plugin') await bench.observe({ of: claimKind(target) });
  const request = requestAccelerators(accelerator, 1, POD);
  for (const object of request.objects) await bench.create(object);
  const pod = pinnedPod(bench, {
    name: POD,
    place,
    user: load.user ?? 'restricted',
    spec: { ...request.spec, terminationGracePeriodSeconds: 0 },
    containers: [{ name: POD, script: load.script, resources: request.resources }],
  });
  const handle = await bench.create(load.image === undefined ? pod : withImage(pod, load.image), { group: POD });
  await bench.until(bench.pods({ group: POD }), all(running, 1), { within: load.image === undefined ? '4m' : '13m' });
  return handle;
}

function withImage(pod: KubeObject, image: string): KubeObject {
  const spec = pod['spec'] as { containers: Record<string, unknown>[] };
  return { ...pod, spec: { ...spec, containers: spec.containers.map((container) => ({ ...container, image })) } };
}
