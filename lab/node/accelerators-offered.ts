import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import type { Offer } from '../accelerators/setups/setup.ts';
import type { LabApi } from '../api/lab-api.ts';
import { crashLoop } from '../box/crash-loop.ts';
import { acceleratorSetup } from '../toolchain.ts';
import type { LabNode } from './node.ts';

const SLICES = '/apis/resource.k8s.io/v1/resourceslices';

interface Wanted {
  readonly node: LabNode;
  readonly offer: Offer;
}

/**
 * Waits until the programs of vendors (lab/accelerators/setups) have told the kubelets of these nodes what they have. Nodes whose
 * accelerators the lab's own programs hand out are not waited for.
 * @throws PlimsollError `accelerators-not-offered` with what each program last said; `lab-crash-loop` when one ends again and again
 */
export async function acceleratorsOffered(
  api: LabApi,
  nodes: readonly LabNode[],
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const wanted: Wanted[] = [];
  for (const node of nodes)
    if (node.setup !== undefined) wanted.push({ node, offer: (await acceleratorSetup(node.setup)).offers });
  const deadline = AbortSignal.any([AbortSignal.timeout(withinMs), signal]);
  const missing = await Promise.all(wanted.map(async (one) => ((await offered(api, one, deadline)) ? [] : [one])));
  signal.throwIfAborted();
  const late = missing.flat();
  if (late.length === 0) return;
  throw (
    late.map(({ node }) => crashLoop(node.name, node.directory)).find((error) => error !== undefined) ??
    notOffered(late, withinMs)
  );
}

/** Follows the node, or the slices of its driver, until devices are there; false: not until the deadline. */
async function offered(api: LabApi, { node, offer }: Wanted, deadline: AbortSignal): Promise<boolean> {
  const path =
    'resource' in offer
      ? `/api/v1/nodes?fieldSelector=${encodeURIComponent(`metadata.name=${node.name}`)}`
      : `${SLICES}?fieldSelector=${encodeURIComponent(`spec.nodeName=${node.name},spec.driver=${offer.driver}`)}`;
  while (!deadline.aborted) {
    try {
      for await (const { type, object } of api.watch(path, deadline))
        if (type !== 'DELETED' && type !== 'BOOKMARK' && hasDevices(object, offer)) return true;
    } catch (error) {
      // A watch that breaks off is begun anew, until the deadline.
      if (!deadline.aborted && !(error instanceof Error)) throw error;
    }
    await delay(100);
  }
  return false;
}

function hasDevices(object: unknown, offer: Offer): boolean {
  if ('driver' in offer) return ((object as { spec?: { devices?: unknown[] } }).spec?.devices ?? []).length > 0;
  const { allocatable = {} } = (object as { status?: { allocatable?: Record<string, string> } }).status ?? {};
  return Number(allocatable[offer.resource] ?? 0) > 0;
}

function notOffered(late: readonly Wanted[], withinMs: number): PlimsollError {
  const said = late.map(({ node, offer }) => {
    const what = 'resource' in offer ? `resource ${offer.resource}` : `device of the DRA driver ${offer.driver}`;
    return `${node.name} (${node.setup}) offers no ${what}; its programs say:\n    ${lastWords(node)}`;
  });
  return new PlimsollError(
    'accelerators-not-offered',
    `not registered within ${withinMs / 1000} s: ${said.join('\n  ')}`,
    'A machine that is very busy may need longer: try again. Else the program is at odds with this Kubernetes or with its stand-ins.',
    { exitCode: EXIT.unreachable },
  );
}

/** Services that every node has. */
const KUBERNETES = ['containerd', 'init', 'kubelet', 'kube-proxy'];

/** The end of the logs of the services that the set-up brought. */
function lastWords({ directory }: LabNode): string {
  const logs = readdirSync(join(directory, 'log')).filter((name) => !KUBERNETES.includes(name.replace(/\.log$/, '')));
  return logs
    .flatMap((name) =>
      readFileSync(join(directory, 'log', name), 'utf8')
        .trim()
        .split('\n')
        .slice(-3),
    )
    .filter((line) => line !== '')
    .map((line) => line.slice(0, 300))
    .join('\n    ');
}
