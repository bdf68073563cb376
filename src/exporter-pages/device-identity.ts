import type { Sample } from '../exposition/index.ts';
import { hasLabels, type RowSeries } from './row-series.ts';

/** By which name a series calls its device. */
export interface DeviceName {
  /** Value of the label that names it, with its partition where it is one: `GPU-0a/7`. */
  readonly key: string;
  /** The device that a partition is of; the device itself otherwise. */
  readonly parent: string;
  /** Label and kind of the value: devices that are named in different ways may be the same ones. */
  readonly scheme: string;
}

/** How the series of a page name devices. */
export interface Naming {
  of(sample: Sample): DeviceName | undefined;
  /** Why devices cannot be told apart, where they cannot. */
  readonly unsure?: string;
}

/** Values with which exporters say that there is none. */
const NONE = /^(|-|n\/?a|none|null|unknown|not available)$/i;

/**
 * One label names all devices of a page if there is one that all series have: with several of those, the one that tells most
 * apart. Else each series is named by the best label that it has.
 */
export function namingOf(series: RowSeries): Naming {
  const { row, read } = series;
  if (row.cores !== undefined) return namingOfCores(series, row.cores);
  const candidates = row.identity.filter((label) => read.some((sample) => value(sample, label) !== undefined));
  const named = read.filter((sample) => candidates.some((label) => value(sample, label) !== undefined));
  const everywhere = candidates
    .filter((label) => named.every((sample) => value(sample, label) !== undefined))
    .map((label) => ({ label, apart: new Set(named.map((sample) => keyOf(sample, label, series).key)).size }));
  const best = everywhere.reduce<(typeof everywhere)[number] | undefined>(
    (most, one) => (most === undefined || one.apart > most.apart ? one : most),
    undefined,
  );
  const order = best === undefined ? candidates : [best.label];
  return {
    of(sample) {
      const label = order.find((one) => value(sample, one) !== undefined);
      return label === undefined ? undefined : keyOf(sample, label, series);
    },
  };
}

function keyOf(sample: Sample, label: string, { row }: RowSeries): DeviceName {
  const parent = value(sample, label) ?? '';
  const part =
    row.whole !== undefined && hasLabels(sample, row.whole)
      ? undefined
      : row.partition?.map((one) => value(sample, one)).find((one) => one !== undefined);
  return { key: part === undefined ? parent : `${parent}/${part}`, parent, scheme: `${label} ${kindOf(parent)}` };
}

const PCI = /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/** What kind of name a value is. */
export function kindOf(name: string): 'pci' | 'uuid' | 'text' {
  return PCI.test(name) ? 'pci' : UUID.test(name) ? 'uuid' : 'text';
}

/** PCI addresses and UUIDs as everybody writes them: lower case, a domain of four digits, without a word in front. */
export function plainName(name: string): string {
  if (PCI.test(name)) {
    const [function_ = '', bus = '', domain = ''] = name.toLowerCase().split(':').toReversed();
    return `${domain.slice(-4).padStart(4, '0')}:${bus}:${function_}`;
  }
  return UUID.exec(name)?.[0].toLowerCase() ?? name;
}

/** Devices from the numbers of their cores. */
function namingOfCores(series: RowSeries, cores: NonNullable<RowSeries['row']['cores']>): Naming {
  const { row, read } = series;
  const each = coresOf(series, cores);
  const of = (sample: Sample): DeviceName | undefined => {
    const core = value(sample, cores.label);
    const label = row.identity.find((one) => value(sample, one) !== undefined);
    if (core === undefined || !/^\d+$/.test(core))
      return label === undefined ? undefined : keyOf(sample, label, series);
    const key = each === undefined ? `core ${core}` : String(Math.floor(Number(core) / each));
    return { key, parent: key, scheme: `${cores.label} text` };
  };
  const told = read.some((sample) => value(sample, cores.label) !== undefined);
  if (each !== undefined || !told) return { of };
  const unsure = `series are those of cores, and nothing tells how many cores a device has (${cores.perDevice.series}, label ${cores.perDevice.label})`;
  return { of, unsure };
}

function coresOf(
  { perDevice, read }: RowSeries,
  { byType }: NonNullable<RowSeries['row']['cores']>,
): number | undefined {
  const said = perDevice.find((one) => one > 0);
  if (said !== undefined) return said;
  const type = read.map((sample) => value(sample, byType.label)).find((one) => one !== undefined);
  return Object.entries(byType.cores).find(([prefix]) => type?.startsWith(prefix))?.[1];
}

function value({ labels }: Sample, label: string): string | undefined {
  const found = labels[label];
  return found === undefined || NONE.test(found) ? undefined : found;
}
