import { type Bench, ended, pinnedPod } from '../../case-kit/index.ts';
import { type ClientReport, readClient } from './client-report.ts';
import type { ClientScript } from './client-script.ts';
import type { GatewayParams } from './instances.ts';

/** Name of the client's container in its pod. */
export const CLIENT = 'client';

/** Runs a client in a pod of the cluster to its end and reads what it found. Its log is in the timeline under the pod's name. */
export async function runClient(
  bench: Bench,
  params: GatewayParams,
  name: string,
  script: ClientScript,
): Promise<ClientReport> {
  const pod = pinnedPod(bench, {
    name,
    spec: { tolerations: [...params.tolerations], terminationGracePeriodSeconds: 0 },
    containers: [{ name: CLIENT, script: script.toString(), env: { PLIMSOLL_RUN: bench.run } }],
  });
  const handle = await bench.create(pod, { group: name });
  // Time to pull the image and to be placed comes on top of what its own steps may take.
  await bench.until(handle, ended, { within: script.most + 180_000 });
  return readClient(await bench.logs(handle.ref, CLIENT));
}
