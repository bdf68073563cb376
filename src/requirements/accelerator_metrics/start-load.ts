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
import type { Holder } from './load-pattern.ts';
import type { LoadTarget } from './load-target.ts';

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

/** Kind of the claims by which DRA hands devices out. */
export function claimKind({ ask: { apiVersion = 'resource.k8s.io/v1' } }: LoadTarget): KindName {
  return `${apiVersion}/ResourceClaim` as KindName;
}

/** A pod for each holder, each with one accelerator, none of them at work; running when it returns. */
export async function startHolders(bench: Bench, target: LoadTarget, holders: readonly Holder[]): Promise<Handle[]> {
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
      annotations: { [ORDER]: 'off' },
      volumes: [volume],
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
  readonly volumes?: readonly object[];
  readonly mounts?: readonly object[];
}

async function startPods(
  bench: Bench,
  target: LoadTarget,
  names: readonly string[],
  parts: PodParts,
): Promise<Handle[]> {
  const { ask: accelerator, place, load } = target;
  if (accelerator.mode !== 'device-plugin') await bench.observe({ of: claimKind(target) });
  const request = requestAccelerators(accelerator, 1, POD);
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
        ...(parts.volumes === undefined ? {} : { volumes: parts.volumes }),
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
    handles.push(await bench.create(annotated, { group: POD }));
  }
  const within = load.image === undefined ? '4m' : '13m';
  await bench.until(bench.pods({ group: POD }), all(running, names.length), { within });
  return handles;
}

function withImage(pod: KubeObject, image: string): KubeObject {
  const spec = pod['spec'] as { containers: Record<string, unknown>[] };
  return { ...pod, spec: { ...spec, containers: spec.containers.map((container) => ({ ...container, image })) } };
}
