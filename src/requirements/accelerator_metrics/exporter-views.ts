import { kindOf, plainName } from './device-identity.ts';
import type { DeviceReading, Measured } from './device-readings.ts';
import type { Scrape } from './scrape.ts';

/** The devices of a node as one exporter tells of them, or several that tell of the same devices. */
export interface View {
  readonly scrapes: readonly Scrape[];
  readonly measured: readonly Measured[];
  readonly devices: readonly DeviceReading[];
}

/**
 * Every exporter alone, and those together of which it is known which device is which: by UUID or PCI address, or by the same label of
 * the same kind of exporter. Names that cannot be compared are never added up: one device under two names would stand for another one
 * that nobody measures.
 */
export function viewsOf(scrapes: readonly Scrape[]): View[] {
  const alone = scrapes.flatMap((scrape) => (scrape.measured === undefined ? [] : [viewOf(scrape, scrape.measured)]));
  const together: View[] = [];
  let rest = alone;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    rest = rest.slice(1);
    let joined = first;
    for (let next = rest.find((one) => joins(joined, one)); next !== undefined; ) {
      joined = join(joined, next);
      rest = rest.filter((one) => one !== next);
      next = rest.find((one) => joins(joined, one));
    }
    if (joined !== first) together.push(joined);
  }
  return [...alone, ...together];
}

function viewOf(scrape: Scrape, measured: Measured): View {
  return { scrapes: [scrape], measured: [measured], devices: measured.devices };
}

/** Names of a device that mean the same to every exporter. */
function hardNames({ key, partOf, names }: DeviceReading): string[] {
  const part = partOf === undefined ? '' : key.slice(partOf.length);
  return names.filter((name) => kindOf(name) !== 'text').map((name) => plainName(name) + part);
}

function sameKind(a: View, b: View): boolean {
  return a.measured.every(({ row }) => b.measured.every((other) => other.row.id === row.id));
}

function same(a: DeviceReading, b: DeviceReading, kind: boolean): boolean {
  const names = hardNames(a);
  return (kind && a.key === b.key) || hardNames(b).some((name) => names.includes(name));
}

function joins(a: View, b: View): boolean {
  const kind = sameKind(a, b);
  if (a.devices.some((one) => b.devices.some((other) => same(one, other, kind)))) return true;
  return kind && [...a.devices, ...b.devices].every((one) => kindOf(one.partOf ?? one.key) === 'uuid');
}

function join(a: View, b: View): View {
  const kind = sameKind(a, b);
  const devices = a.devices.map((one) => {
    const other = b.devices.find((candidate) => same(one, candidate, kind));
    return other === undefined ? one : merged(one, other);
  });
  // One that only the second tells of is another device where all of the first have a name of the same kind; else it may be one of them.
  const more = b.devices.filter((other) => {
    if (a.devices.some((one) => same(one, other, kind))) return false;
    const kinds = new Set(other.names.map(kindOf));
    return a.devices.every(
      (one) => kind || one.names.some((name) => kindOf(name) !== 'text' && kinds.has(kindOf(name))),
    );
  });
  return {
    scrapes: [...a.scrapes, ...b.scrapes],
    measured: [...a.measured, ...b.measured],
    devices: [...devices, ...more],
  };
}

function merged(one: DeviceReading, other: DeviceReading): DeviceReading {
  const names = [...new Set([...one.names, ...other.names])];
  return { ...other, ...one, names, auxiliary: [...new Set([...one.auxiliary, ...other.auxiliary])] };
}
