import { type Finding, fails, passes, remark, undecided } from '../../case-kit/index.ts';
import type { DeviceReading } from './device-readings.ts';
import { type NodeScrapes, telling } from './endpoint-findings.ts';
import type { KnownDevice, MeteredNode } from './metered-node.ts';

/** Devices of all endpoints of a node, each device once: two exporters may tell of it. */
export function devicesOn({ scrapes }: Pick<NodeScrapes, 'scrapes'>): DeviceReading[] {
  const merged = new Map<string, DeviceReading>();
  for (const device of telling(scrapes).flatMap(({ measured }) => measured?.devices ?? [])) {
    const before = merged.get(device.key);
    const auxiliary = [...new Set([...(before?.auxiliary ?? []), ...device.auxiliary])];
    merged.set(device.key, { ...device, ...before, auxiliary });
  }
  return [...merged.values()];
}

/** The metrics' own reading of a device that its DRA driver describes. */
export function readingOf(known: KnownDevice, devices: readonly DeviceReading[]): DeviceReading | undefined {
  return devices.find((device) => [device.key, ...device.names].some((name) => known.names.includes(name)));
}

const complete = ({ points, used }: DeviceReading): boolean => points !== undefined && used !== undefined;

/** R2: every physical device has a series of utilisation and one of used memory, with a value. */
export function completenessFinding(about: NodeScrapes): Finding {
  const { node } = about;
  const claim = `every accelerator of ${node.node} has its utilisation and its used memory told`;
  const devices = devicesOn(about);
  const found = telling(about.scrapes);
  const evidence = found.map(({ seq }) => seq);
  const lacks = [...partial(devices), ...missing(node, devices), ...tooFew(node, devices)];
  if (lacks.length === 0) return passes(claim, `${devices.length} told of: ${devices.map(show).join('; ')}`, evidence);
  const hints = found.flatMap(({ measured }) => [
    ...(measured?.nameless.length ? [`${measured.nameless[0]?.name} names no device`] : []),
    ...(measured?.declared.length ? [`${measured.declared.join(', ')} is declared and has no series`] : []),
  ]);
  const message = [...lacks, ...new Set(hints)].join('; ');
  if (found.some(({ cut }) => cut))
    return undecided('ours', claim, `${message}; but the answer is longer than what is kept of it`, evidence);
  return fails(
    claim,
    message,
    evidence,
    'Let the exporter tell utilisation and used memory of every device, with a label that names it.',
  );
}

function partial(devices: readonly DeviceReading[]): string[] {
  return devices
    .filter((device) => !complete(device))
    .map((device) => {
      const without = [
        device.points === undefined ? 'utilisation' : '',
        device.used === undefined ? 'used memory' : '',
      ];
      return `${device.key} has no ${without.filter(Boolean).join(' and no ')}`;
    });
}

/** Devices that are known by name and of which nothing is told; only where some are told of by a name that the cluster uses. */
function missing({ devices: known }: MeteredNode, devices: readonly DeviceReading[]): string[] {
  const absent = known.filter((one) => readingOf(one, devices) === undefined);
  return absent.length === known.length ? [] : absent.map(({ name }) => `nothing is told of ${name}`);
}

function tooFew({ expected, because }: MeteredNode, devices: readonly DeviceReading[]): string[] {
  return devices.length >= expected
    ? []
    : [`${devices.length} devices are told of, there are ${expected} (${because})`];
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
export function impossible({ points = 0, used = 0, total }: DeviceReading, capacity: number | undefined): string[] {
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
export function memoryOf(device: DeviceReading, node: MeteredNode): number | undefined {
  const known = node.devices.find((one) => readingOf(one, [device]) !== undefined);
  return known?.memoryBytes ?? (device.key.includes('/') ? undefined : node.memoryBytes);
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

function show({ key, points, used, total }: DeviceReading): string {
  const memory = `${shortNumber(used ?? 0)}${total === undefined ? '' : ` of ${shortNumber(total)}`} bytes`;
  return `${key} ${shortNumber(points ?? 0)} %, ${memory}`;
}

export function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
