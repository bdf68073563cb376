import { type Finding, fails, passes, remark, undecided } from '../../case-kit/index.ts';
import { type Completeness, completeness, readingOf } from './completeness.ts';
import type { DeviceReading } from './device-readings.ts';
import { showEndpoint } from './endpoint.ts';
import { type NodeScrapes, telling } from './endpoint-findings.ts';
import type { MeteredNode } from './metered-node.ts';

const complete = ({ points, used }: DeviceReading): boolean => points !== undefined && used !== undefined;

/** Devices of a node as the exporters show most of them. */
function devicesOn({ scrapes, node }: NodeScrapes): readonly DeviceReading[] {
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

function show({ key, points, used, total }: DeviceReading): string {
  const memory = `${shortNumber(used ?? 0)}${total === undefined ? '' : ` of ${shortNumber(total)}`} bytes`;
  return `${key} ${shortNumber(points ?? 0)} %, ${memory}`;
}

export function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
