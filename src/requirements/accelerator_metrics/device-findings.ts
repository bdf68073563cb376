import {
  type exporterPages,
  type Finding,
  fails,
  type offered,
  passes,
  remark,
  undecided,
} from '../../case-kit/index.ts';
import { type NodeScrapes, telling } from './endpoint-findings.ts';
import { showEndpoint } from './endpoints.ts';
import { type Scrape, type View, viewsOf } from './scrapes.ts';

/** What is missing of one device, or of the node. */
interface Lack {
  readonly text: string;
  /** Only utilisation is missing, of a device that is told of. */
  readonly onlyUtilisation: boolean;
}

/** What the exporters of a node tell of its devices, seen in the way that shows most. */
interface Completeness {
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

const complete = ({ points, used }: exporterPages.DeviceReading): boolean => points !== undefined && used !== undefined;

/** The metrics' own reading of a device that its DRA driver describes. */
function readingOf(
  known: offered.KnownDevice,
  devices: readonly exporterPages.DeviceReading[],
): exporterPages.DeviceReading | undefined {
  return devices.find((device) => [device.key, ...device.names].some((name) => known.names.includes(name)));
}

/** Undefined where no exporter tells of accelerators. One exporter that tells all is enough. */
export function completeness(scrapes: readonly Scrape[], node: offered.MeteredNode): Completeness | undefined {
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

function judge(view: View, node: offered.MeteredNode): Omit<Completeness, 'others'> {
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

function partial({ key, points, used }: exporterPages.DeviceReading): Lack {
  const without = [points === undefined ? 'utilisation' : '', used === undefined ? 'used memory' : ''].filter(Boolean);
  return { text: `${key} has no ${without.join(' and no ')}`, onlyUtilisation: used !== undefined };
}

/** Devices that are known by name and of which nothing is told; only where some are told of by a name that the cluster uses. */
function missingOf(
  { devices: known, expected }: offered.MeteredNode,
  wholly: readonly exporterPages.DeviceReading[],
  told: readonly exporterPages.DeviceReading[],
): Lack[] {
  const absent = known.filter((one) => readingOf(one, told) === undefined);
  // Of silicon that is cut, the parts are measured, which have names of their own.
  if (known.length !== expected || absent.length === known.length || wholly.length === 0) return [];
  return absent.map(({ name }) => ({ text: `nothing is told of ${name}`, onlyUtilisation: false }));
}

function tooFew({ expected, because }: offered.MeteredNode, devices: readonly exporterPages.DeviceReading[]): Lack[] {
  if (devices.length >= expected) return [];
  return [
    { text: `${devices.length} devices are told of, there are ${expected} (${because})`, onlyUtilisation: false },
  ];
}

/** Devices of a node as the exporters show most of them. */
function devicesOn({ scrapes, node }: NodeScrapes): readonly exporterPages.DeviceReading[] {
  return completeness(scrapes, node)?.view.devices ?? [];
}

/** R2: every physical device has a series of utilisation and one of used memory, with a value. */
export function completenessFinding(about: NodeScrapes): Finding {
  const { node } = about;
  const claim = `every accelerator of ${node.node} has its utilisation and its used memory told`;
  const found = completeness(about.scrapes, node);
  const shown = found?.view.scrapes ?? telling(about.scrapes);
  const evidence = shown.map(({ seq }) => seq);
  if (found?.outcome === 'complete') {
    const wholly = found.view.devices.filter(complete);
    return passes(claim, `${wholly.length} told of: ${wholly.map(show).join('; ')}`, evidence);
  }
  const hints = shown.flatMap(({ measured }) => [
    ...(measured?.nameless.length ? [`${measured.nameless[0]?.name} names no device`] : []),
    ...(measured?.declared.length ? [`${measured.declared.join(', ')} is declared and has no series`] : []),
    ...(measured?.aside.length
      ? [`${measured.aside.map(({ key }) => key).join(', ')} may be the same under another name, and does not count`]
      : []),
  ]);
  const alone = (found?.others.length ?? 0) > 0 ? ['other exporters of the node tell no more'] : [];
  const message = [...(found?.lacks ?? []), ...new Set(hints), ...alone].join('; ');
  if (shown.some(({ cut }) => cut))
    return undecided('environment', claim, `${message}; but the answer is longer than what is kept of it`, evidence);
  if (found?.outcome === 'unknown') return notKnown(found, claim, message, evidence);
  return fails(
    claim,
    message,
    evidence,
    'Let the exporter tell utilisation and used memory of every device, with a label that names it.',
  );
}

function notKnown(found: Completeness, claim: string, message: string, evidence: readonly number[]): Finding {
  const said = [message, ...new Set(found.why)].filter(Boolean).join('; ');
  return found.unknownNames
    ? undecided('unknown-accelerator', claim, said, evidence, 'Name them in a file for --tables (acceleratorMetrics).')
    : undecided('environment', claim, said, evidence, 'Keep every accelerator of the node at work, then run again.');
}

/** Exporters of the node that are not needed, because another one tells all, or that tell less. */
export function otherExportersRemark(about: NodeScrapes): Finding[] {
  const found = completeness(about.scrapes, about.node);
  if (found?.outcome !== 'complete') return [];
  const partial = found.others.filter(
    ({ devices }) => devices.length < about.node.expected || !devices.every(complete),
  );
  if (partial.length === 0) return [];
  const what = partial.map(
    ({ scrapes, devices }) =>
      `${scrapes.map(({ endpoint }) => showEndpoint(endpoint)).join(' and ')} tells ${devices.filter(complete).length} of them wholly`,
  );
  const evidence = partial.flatMap(({ scrapes }) => scrapes.map(({ seq }) => seq));
  return [
    remark(`further exporters on ${about.node.node}`, `${what.join('; ')}; one that tells all is enough`, evidence),
  ];
}

/** R3: values that can be: 0 to 100, used within total, a total that is the device's. */
export function sanityFinding(about: NodeScrapes): Finding | undefined {
  const { node } = about;
  const devices = devicesOn(about).filter(complete);
  if (devices.length === 0) return undefined;
  const claim = `the values told of the accelerators of ${node.node} are possible`;
  const evidence = telling(about.scrapes).map(({ seq }) => seq);
  const wrong = devices.flatMap((device) =>
    impossible(device, memoryOf(device, node)).map((what) => `${device.key}: ${what}`),
  );
  if (wrong.length > 0)
    return fails(claim, wrong.join('; '), evidence, 'Let the exporter tell values in the unit that its names have.');
  return passes(
    claim,
    `utilisation within 0 and 100, used memory within the total, of ${devices.length} devices`,
    evidence,
  );
}

/** What cannot be, of one reading. Gauges are read one after another, so a little over is no error. */
export function impossible(
  { points = 0, used = 0, total }: exporterPages.DeviceReading,
  capacity: number | undefined,
): string[] {
  const most = total ?? (capacity === undefined ? undefined : capacity * 1.1);
  return [
    ...(points < 0 || points > 101 ? [`a utilisation of ${shortNumber(points)} %`] : []),
    ...(used < 0 ? [`${shortNumber(used)} bytes of memory used`] : []),
    ...(total !== undefined && total <= 0 ? [`a memory of ${shortNumber(total)} bytes`] : []),
    ...(most !== undefined && used > most * 1.01 ? [`${shortNumber(used)} bytes used of ${shortNumber(most)}`] : []),
    ...(total !== undefined && capacity !== undefined && Math.abs(total - capacity) > capacity * 0.1
      ? [`a memory of ${shortNumber(total)} bytes, where the cluster says ${shortNumber(capacity)}`]
      : []),
  ];
}

/** The memory that the cluster says a device has: its ResourceSlice, or a label of the node. Partitions have their own. */
export function memoryOf(device: exporterPages.DeviceReading, node: offered.MeteredNode): number | undefined {
  if (device.partOf !== undefined) return undefined;
  const known = node.devices.find((one) => readingOf(one, [device]) !== undefined);
  return known?.memoryBytes ?? node.memoryBytes;
}
/** R6: temperature, power, interconnect are listed; that they are absent is no fault (MIG, virtual devices). */
export function auxiliaryRemark(about: NodeScrapes): Finding[] {
  const devices = devicesOn(about);
  if (devices.length === 0) return [];
  const said = ['temperature', 'power', 'interconnect'].map((what) => {
    const count = devices.filter(({ auxiliary }) => auxiliary.includes(what)).length;
    return `${what} ${count === devices.length ? 'available' : count === 0 ? 'absent' : `of ${count} of ${devices.length}`}`;
  });
  return [
    remark(
      `further metrics on ${about.node.node}`,
      said.join(', '),
      telling(about.scrapes).map(({ seq }) => seq),
    ),
  ];
}

function show({ key, points, used, total }: exporterPages.DeviceReading): string {
  const memory = `${shortNumber(used ?? 0)}${total === undefined ? '' : ` of ${shortNumber(total)}`} bytes`;
  return `${key} ${shortNumber(points ?? 0)} %, ${memory}`;
}

export function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
