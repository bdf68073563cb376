import { list, type RecordedObject, type Timeline, text } from '../../evidence/index.ts';
import { type DeviceProbe, readDeviceProbe } from './device-probe.ts';

/** What one container had of one device. */
export interface MatrixCell {
  /** `opened` and `made-and-opened` mean reached; `refused` and `unclear` carry the kernel's words; `absent` = not there, not tried. */
  readonly state: 'opened' | 'made-and-opened' | 'refused' | 'absent';
  readonly words: string;
}

export interface MatrixColumn {
  readonly pod: string;
  readonly container: string;
  /** What its pod asked for in its name: `1 × nvidia.com/gpu`, `claim gpu`, `nothing`. */
  readonly asks: string;
  readonly asksNothing: boolean;
  /** The log that says it. */
  readonly seq: number;
}

/** Devices by containers: which container reached which device, and how. */
export interface DeviceMatrix {
  /** `b 7:1001` with the paths under which containers saw it. */
  readonly rows: readonly {
    readonly number: string;
    readonly paths: readonly string[];
    readonly cells: MatrixCell[];
  }[];
  readonly columns: readonly MatrixColumn[];
}

/** The matrix of a timeline in which containers probed for devices; undefined when none did. */
export function deviceMatrix(timeline: Timeline): DeviceMatrix | undefined {
  const probes = new Map<string, { column: MatrixColumn; probe: DeviceProbe }>();
  for (const log of timeline.logs()) {
    const probe = readDeviceProbe(log.text);
    if (probe === undefined) continue;
    const asks = asksOf(timeline, log.pod, log.container);
    const { pod, container, seq } = log;
    const column = { pod, container, seq, asks: asks.join(', ') || 'nothing', asksNothing: asks.length === 0 };
    // The last report of a container counts.
    probes.set(`${pod}/${container}`, { column, probe });
  }
  const all = [...probes.values()];
  const numbers = [...new Set(all.flatMap(({ probe }) => [...probe.seen.keys(), ...probe.tried.keys()]))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  if (numbers.length === 0) return undefined;
  const rows = numbers.map((number) => ({
    number,
    paths: [...new Set(all.flatMap(({ probe }) => probe.seen.get(number)?.path ?? []))],
    cells: all.map(({ probe }) => cell(probe, number)),
  }));
  return { rows, columns: all.map(({ column }) => column) };
}

function cell(probe: DeviceProbe, number: string): MatrixCell {
  const seen = probe.seen.get(number);
  const tried = probe.tried.get(number);
  if (seen?.open === 'ok') return { state: 'opened', words: `opened as ${seen.path}` };
  if (tried?.mknod === 'ok' && tried.open === 'ok')
    return { state: 'made-and-opened', words: 'opened by a node made by hand' };
  if (tried !== undefined) {
    const words = tried.mknod === 'ok' ? tried.open : `mknod: ${tried.mknod}`;
    return { state: 'refused', words };
  }
  return seen === undefined
    ? { state: 'absent', words: 'not there, not tried' }
    : { state: 'refused', words: `${seen.path}: ${seen.open}` };
}

/** Extended resources and claims that the container's own `resources` name. */
function asksOf(timeline: Timeline, pod: string, container: string): readonly string[] {
  const body = timeline
    .pods({ name: pod })
    .objects.flatMap(({ states }) => states.map((state) => state.body))
    .at(-1);
  const all: unknown[] = [...list(body, 'spec.containers'), ...list(body, 'spec.initContainers')];
  const own = all.find((one) => text(one, 'name') === container) as RecordedObject | undefined;
  const resources = (own?.['resources'] ?? {}) as { limits?: Record<string, unknown>; claims?: { name?: string }[] };
  const extended = Object.entries(resources.limits ?? {})
    .filter(([name]) => name.includes('/'))
    .map(([name, amount]) => `${String(amount)} × ${name}`);
  return [...extended, ...(resources.claims ?? []).map((claim) => `claim ${claim.name ?? ''}`)];
}
