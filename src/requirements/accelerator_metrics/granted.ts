import { list, read, type Timeline, text } from '../../case-kit/index.ts';
import type { LoadTarget } from './load-target.ts';
import { POD } from './start-load.ts';

/** What is known of the device that the load's pod was given. */
export interface Granted {
  /** Everything by which it may be called; empty when nobody tells (a device plugin names no device in the API). */
  readonly names: readonly string[];
  readonly because: string;
  readonly evidence: readonly number[];
}

/**
 * Which device it was: the claim's allocation (DRA), the kubelet's `allocatedResourcesStatus` (KEP-4680), or what the load itself printed
 * (`device NAME`, from its environment).
 */
export function grantedTo(timeline: Timeline, target: LoadTarget): Granted {
  return (
    claimed(timeline, target) ?? reported(timeline) ?? printed(timeline) ?? { names: [], because: '', evidence: [] }
  );
}

function claimed(timeline: Timeline, { ask, node }: LoadTarget): Granted | undefined {
  const claims = timeline.objects({ of: `${ask.apiVersion ?? 'resource.k8s.io/v1'}/ResourceClaim` }).objects;
  const states = claims.flatMap((claim) => claim.states).filter(({ body }) => results(body).length > 0);
  const last = states.at(-1);
  if (last === undefined) return undefined;
  const names = results(last.body).flatMap((result) => {
    const name = text(result, 'device');
    const known = node.devices.find((device) => device.name === name && device.pool === text(result, 'pool'));
    return [name, ...(known?.names ?? [])];
  });
  return { names, because: `the claim was allocated ${names[0] ?? ''}`, evidence: [last.seq] };
}

function results(claim: unknown): readonly unknown[] {
  return list(claim, 'status.allocation.devices.results');
}

function reported(timeline: Timeline): Granted | undefined {
  for (const { seq, body } of timeline
    .pods({ group: POD })
    .objects.flatMap(({ states }) => states)
    .toReversed()) {
    const given = list(body, 'status.containerStatuses')
      .flatMap((status) => list(status, 'allocatedResourcesStatus'))
      .flatMap((status) => list(status, 'resources'))
      .map((resource) => read(resource, 'resourceID'))
      .filter((id) => typeof id === 'string');
    if (given.length > 0) return { names: given, because: `the kubelet gave it ${given.join(', ')}`, evidence: [seq] };
  }
  return undefined;
}

function printed(timeline: Timeline): Granted | undefined {
  for (const { seq, text: said } of timeline.logs({ pod: POD, container: POD }).toReversed()) {
    const names = [...said.matchAll(/^device (\S+)$/gm)].map(([, name]) => name ?? '');
    if (names.length > 0) return { names, because: `its container was told ${names.join(', ')}`, evidence: [seq] };
  }
  return undefined;
}
