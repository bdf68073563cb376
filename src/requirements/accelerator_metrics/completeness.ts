import type { DeviceReading } from './device-readings.ts';
import { type View, viewsOf } from './exporter-views.ts';
import type { KnownDevice, MeteredNode } from './metered-node.ts';
import type { Scrape } from './scrape.ts';

/** What is missing of one device, or of the node. */
interface Lack {
  readonly text: string;
  /** Only utilisation is missing, of a device that is told of. */
  readonly onlyUtilisation: boolean;
}

/** What the exporters of a node tell of its devices, seen in the way that shows most. */
export interface Completeness {
  readonly outcome: 'complete' | 'lacking' | 'unknown';
  readonly view: View;
  readonly lacks: readonly string[];
  /** Why what is missing shows nothing: for `unknown`. */
  readonly why: readonly string[];
  /** For `unknown`: it is the names that are not known. */
  readonly unknownNames: boolean;
  /** Views that tell less than this one and were not needed. */
  readonly others: readonly View[];
}

const complete = ({ points, used }: DeviceReading): boolean => points !== undefined && used !== undefined;

/** The metrics' own reading of a device that its DRA driver describes. */
export function readingOf(known: KnownDevice, devices: readonly DeviceReading[]): DeviceReading | undefined {
  return devices.find((device) => [device.key, ...device.names].some((name) => known.names.includes(name)));
}

/** Undefined where no exporter tells of accelerators. One exporter that tells all is enough. */
export function completeness(scrapes: readonly Scrape[], node: MeteredNode): Completeness | undefined {
  const judged = viewsOf(scrapes).map((view) => judge(view, node));
  const rank = { complete: 2, unknown: 1, lacking: 0 };
  const whole = ({ view }: Omit<Completeness, 'others'>): number => view.devices.filter(complete).length;
  const [best, ...rest] = judged.toSorted(
    (a, b) =>
      rank[b.outcome] - rank[a.outcome] ||
      whole(b) - whole(a) ||
      b.view.devices.length - a.view.devices.length ||
      a.view.scrapes.length - b.view.scrapes.length,
  );
  if (best === undefined) return undefined;
  const others = rest
    .map(({ view }) => view)
    .filter(({ scrapes: own }) => own.some((one) => !best.view.scrapes.includes(one)));
  return { ...best, others };
}

function judge(view: View, node: MeteredNode): Omit<Completeness, 'others'> {
  const { devices, measured } = view;
  const wholly = devices.filter(complete);
  const missing = missingOf(node, wholly, devices);
  const lacks = [...devices.filter((device) => !complete(device)).map(partial), ...missing, ...tooFew(node, devices)];
  const said = lacks.map(({ text }) => text);
  const base = { view, lacks: said, why: [] as string[], unknownNames: false };
  const unsure = measured.flatMap((one) => one.unsure ?? []);
  if (unsure.length > 0) return { ...base, outcome: 'unknown', why: unsure };
  if (lacks.length === 0 && node.expected === 0)
    return { ...base, outcome: 'unknown', why: ['the node has no accelerator that could be measured'] };
  if (lacks.length === 0)
    return node.unsure === undefined
      ? { ...base, outcome: 'complete' }
      : { ...base, outcome: 'unknown', why: [node.unsure] };
  if (wholly.length >= node.expected && missing.length === 0) {
    const all =
      node.devices.length === node.expected && node.devices.every((known) => readingOf(known, wholly) !== undefined);
    if (all) return { ...base, outcome: 'complete' };
    const why = `more devices are told of than the ${node.expected} of the node, and nothing tells which of them those are`;
    return { ...base, outcome: 'unknown', why: [why] };
  }
  const strange = measured.flatMap((one) => one.strange);
  if (strange.length > 0) {
    const why = `these names, which no table knows, may be those that are missing: ${[...new Set(strange)].slice(0, 10).join(', ')}`;
    return { ...base, outcome: 'unknown', why: [why], unknownNames: true };
  }
  const idle = measured.flatMap(({ onlyInUse }) =>
    onlyInUse === undefined || (onlyInUse.utilisationOnly && lacks.some((lack) => !lack.onlyUtilisation))
      ? []
      : [onlyInUse.why],
  );
  return idle.length > 0 ? { ...base, outcome: 'unknown', why: idle } : { ...base, outcome: 'lacking' };
}

function partial({ key, points, used }: DeviceReading): Lack {
  const without = [points === undefined ? 'utilisation' : '', used === undefined ? 'used memory' : ''].filter(Boolean);
  return { text: `${key} has no ${without.join(' and no ')}`, onlyUtilisation: used !== undefined };
}

/** Devices that are known by name and of which nothing is told; only where some are told of by a name that the cluster uses. */
function missingOf(
  { devices: known, expected }: MeteredNode,
  wholly: readonly DeviceReading[],
  told: readonly DeviceReading[],
): Lack[] {
  const absent = known.filter((one) => readingOf(one, told) === undefined);
  // Of silicon that is cut, the parts are measured, which have names of their own.
  if (known.length !== expected || absent.length === known.length || wholly.length === 0) return [];
  return absent.map(({ name }) => ({ text: `nothing is told of ${name}`, onlyUtilisation: false }));
}

function tooFew({ expected, because }: MeteredNode, devices: readonly DeviceReading[]): Lack[] {
  if (devices.length >= expected) return [];
  return [
    { text: `${devices.length} devices are told of, there are ${expected} (${because})`, onlyUtilisation: false },
  ];
}
