import { list, read, type Timeline, text } from '../../case-kit/index.ts';
import type { LoadTarget } from './load-target.ts';
import { claimKind, POD } from './start-load.ts';

/** What is known of the device that a holder was given. */
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
export function grantedTo(timeline: Timeline, target: LoadTarget, holder: string): Granted {
  const nobody = { names: [], because: 'nobody tells which device it was given', evidence: [] };
  return claimed(timeline, target, holder) ?? reported(timeline, holder) ?? printed(timeline, holder) ?? nobody;
}

function claimed(timeline: Timeline, target: LoadTarget, holder: string): Granted | undefined {
  const pod = podStates(timeline, holder).map(({ body }) => body);
  const own = pod.flatMap((body) => [
    ...list(body, 'status.resourceClaimStatuses').map((status) => text(status, 'resourceClaimName')),
    text(body, 'status.extendedResourceClaimStatus.resourceClaimName'),
  ]);
  const states = timeline
    .objects({ of: claimKind(target) })
    .objects.filter(({ ref }) => own.includes(ref.name))
    .flatMap((claim) => claim.states)
    .filter(({ body }) => results(body).length > 0);
  const last = states.at(-1);
  if (last === undefined) return undefined;
  const names = results(last.body).flatMap((result) => {
    const name = text(result, 'device');
    const known = target.node.devices.find((device) => device.name === name && device.pool === text(result, 'pool'));
    return [name, ...(known?.names ?? [])];
  });
  return { names, because: `its claim was allocated ${names[0] ?? ''}`, evidence: [last.seq] };
}

function results(claim: unknown): readonly unknown[] {
  return list(claim, 'status.allocation.devices.results');
}

function podStates(timeline: Timeline, holder: string) {
  return timeline
    .pods({ group: POD })
    .objects.filter(({ ref }) => ref.name === holder)
    .flatMap(({ states }) => states);
}

function reported(timeline: Timeline, holder: string): Granted | undefined {
  for (const { seq, body } of podStates(timeline, holder).toReversed()) {
    const given = list(body, 'status.containerStatuses')
      .flatMap((status) => list(status, 'allocatedResourcesStatus'))
      .flatMap((status) => list(status, 'resources'))
      .map((resource) => read(resource, 'resourceID'))
      .filter((id) => typeof id === 'string');
    if (given.length > 0) return { names: given, because: `the kubelet gave it ${given.join(', ')}`, evidence: [seq] };
  }
  return undefined;
}

function printed(timeline: Timeline, holder: string): Granted | undefined {
  for (const { seq, text: said } of timeline.logs({ pod: holder, container: POD }).toReversed()) {
    const names = [...new Set([...said.matchAll(/^device (\S+)$/gm)].map(([, name]) => name ?? ''))];
    if (names.length > 0) return { names, because: `its container was told ${names.join(', ')}`, evidence: [seq] };
  }
  return undefined;
}
