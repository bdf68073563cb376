import type { Exposition, Sample } from '../exposition/index.ts';
import { type AcceleratorMetricsRow, inBytes } from '../inventory/metrics-tables.ts';
import { type DeviceName, type Naming, namingOf } from './device-identity.ts';
import { looksLikeBusy, looksLikeMemory } from './likely-series.ts';
import { hasLabels, nameFits, type RowSeries, samplesByName, seriesOf } from './row-series.ts';

/** What an endpoint says of one device at one moment. A value that is NaN or infinite is none. */
export interface DeviceReading {
  /** The value of the best label that names it (with its partition, where it is one). */
  readonly key: string;
  /** It is a partition of this device. */
  readonly partOf?: string;
  /** The values of all labels that name it. */
  readonly names: readonly string[];
  /** 0 to 100; undefined when the device has no such series or no value. */
  readonly points?: number;
  /** Bytes. */
  readonly used?: number;
  readonly total?: number;
  /** The samples say so themselves, milliseconds since 1970. */
  readonly timestamp?: number;
  /** Temperature, power, interconnect: which of them it has. */
  readonly auxiliary: readonly string[];
  /** All labels of its utilisation: whom it is attributed to. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The devices of an exposition, as one way of naming metrics reads it. */
export interface Measured {
  readonly row: AcceleratorMetricsRow;
  /** Which version's names they are, where versions differ. */
  readonly version?: string;
  readonly devices: readonly DeviceReading[];
  /** Devices that are named in another way than those: they may be the same ones, and do not count. */
  readonly aside: readonly DeviceReading[];
  /** Series of utilisation or memory that name no device: a sum over the node, for example. */
  readonly nameless: readonly Sample[];
  /** Names of utilisation and memory that are only declared (HELP, TYPE) and have no series. */
  readonly declared: readonly string[];
  /** Series that were read. */
  readonly read: readonly Sample[];
  /** Why something that is missing at rest shows nothing. */
  readonly onlyInUse?: { readonly why: string; readonly utilisationOnly: boolean };
  /** Why devices cannot be told apart. */
  readonly unsure?: string;
  /** Nothing that the row knows tells utilisation, or memory, and these names may: it is perhaps a version that renamed them. */
  readonly strange: readonly string[];
}

const isComplete = ({ points, used }: DeviceReading): boolean => points !== undefined && used !== undefined;

/** Reads an exposition by the way of naming that tells most about devices; undefined when it fits none. */
export function measure(exposition: Exposition, rows: readonly AcceleratorMetricsRow[]): Measured | undefined {
  const all = rows.flatMap((row) => {
    const series = seriesOf(exposition, row);
    return series === undefined ? [] : [devicesBy(exposition, series)];
  });
  const score = ({ devices }: Measured): number => devices.filter(isComplete).length * 1000 + devices.length;
  return all.reduce<Measured | undefined>(
    (best, one) => (best === undefined || score(one) > score(best) ? one : best),
    undefined,
  );
}

function devicesBy(exposition: Exposition, series: RowSeries): Measured {
  const { row, read } = series;
  const naming = namingOf(series);
  const names = new Map(read.map((sample) => [sample, naming.of(sample)]));
  const named = read.filter((sample) => names.get(sample) !== undefined);
  const groups = Map.groupBy(named, (sample) => names.get(sample)?.key ?? '');
  // A device that is partitioned stands there too, as the parent of its partitions; it is no device to be used.
  const parents = new Set(
    [...names.values()].flatMap((name) => (name === undefined || name.key === name.parent ? [] : [name.parent])),
  );
  const auxiliary = auxiliaryOf(series, naming);
  const found = [...groups]
    .filter(([key]) => !parents.has(key))
    .flatMap(([key, samples]) => {
      const name = samples[0] === undefined ? undefined : names.get(samples[0]);
      return name === undefined ? [] : [{ name, reading: device(name, samples, series, auxiliary.get(key) ?? []) }];
    });
  const [devices, aside] = mostTold([...Map.groupBy(found, ({ name }) => name.scheme).values()]);
  const version = row.versions?.find(({ names: pattern }) =>
    [...samplesByName(exposition).keys()].some((name) => nameFits(row, pattern, name)),
  );
  const idle = row.onlyInUse?.find(
    ({ where, unless }) =>
      (where === undefined || read.some((sample) => hasLabels(sample, where))) &&
      (unless === undefined || !read.some(({ name }) => nameFits(row, unless, name))),
  );
  return {
    row,
    ...(version === undefined ? {} : { version: version.title }),
    devices,
    aside,
    nameless: read.filter((sample) => names.get(sample) === undefined),
    declared: series.declared,
    read,
    ...(idle === undefined ? {} : { onlyInUse: { why: idle.why, utilisationOnly: idle.utilisationOnly === true } }),
    ...(naming.unsure === undefined ? {} : { unsure: naming.unsure }),
    strange: strangeNames(series),
  };
}

/** The way of naming that tells most whole devices, and the devices of all other ways. */
function mostTold(
  schemes: readonly (readonly { readonly reading: DeviceReading }[])[],
): [readonly DeviceReading[], readonly DeviceReading[]] {
  const readings = schemes.map((scheme) => scheme.map(({ reading }) => reading));
  const score = (devices: readonly DeviceReading[]): number =>
    devices.filter(isComplete).length * 1000 + devices.length;
  const [best = [], ...rest] = readings.toSorted((a, b) => score(b) - score(a));
  return [best, rest.flat()];
}

function device(
  { key, parent }: DeviceName,
  samples: readonly Sample[],
  series: RowSeries,
  auxiliary: readonly string[],
): DeviceReading {
  const { row } = series;
  const own = new Set(samples);
  const busy = firstOf(series.utilisation, own, row);
  const points = busy && busy.value * (busy.series.unit === 'ratio' ? 100 : 1);
  const used = bytes(withMemory(series, own), own, row);
  const free = bytes(series.free, own, row);
  const total =
    bytes(series.total, own, row, isAmount) ?? (used !== undefined && free !== undefined ? used + free : undefined);
  const [first] = busy?.samples ?? [];
  return {
    key,
    ...(key === parent ? {} : { partOf: parent }),
    names: [...new Set(samples.flatMap((sample) => row.identity.flatMap((label) => sample.labels[label] || [])))],
    ...(points === undefined ? {} : { points }),
    ...(used === undefined ? {} : { used }),
    ...(total === undefined ? {} : { total }),
    ...(first?.timestamp === undefined ? {} : { timestamp: first.timestamp }),
    auxiliary,
    labels: first?.labels ?? {},
  };
}

function auxiliaryOf({ auxiliary }: RowSeries, naming: Naming): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { what, samples } of auxiliary)
    for (const sample of samples) {
      const name = Number.isFinite(sample.value) ? naming.of(sample) : undefined;
      if (name === undefined) continue;
      found.set(name.key, (found.get(name.key) ?? new Set()).add(what));
    }
  return new Map([...found].map(([key, what]) => [key, [...what]]));
}

/**
 * Values with which libraries of drivers say that there is none, whatever exporter passes them on: DCGM's blanks (0x7ffffff0 and above,
 * 0x7ffffffffffffff0 and above, 2^47 and above: dcgm_fields.h, "not supported", "not found", "not permissioned"), and the largest numbers of
 * 32 and 64 bits.
 */
function isBlank(value: number): boolean {
  const isNear = (base: number, width: number): boolean => value >= base && value < base + width;
  return (
    !Number.isFinite(value) || value >= 2 ** 62 || isNear(0x7ffffff0, 16) || isNear(2 ** 47, 16) || value === 0xffffffff
  );
}

const isAmount = ({ value }: Sample): boolean => value > 0;

/** Names of used memory but those whose total is 0: a device has no memory of that kind (HBM of an Ascend 310P). */
function withMemory({ used, total }: RowSeries, device: ReadonlySet<Sample>): RowSeries['used'] {
  if (used.length !== total.length) return used;
  const some = used.filter((_, index) => {
    const own = (total[index]?.samples ?? []).filter((sample) => device.has(sample));
    return own.length === 0 || own.some(isAmount);
  });
  return some.some(({ samples }) => samples.some((sample) => device.has(sample))) ? some : used;
}

/** The first of the names that has a value, put together: the largest of its series, or the sum of its parts. */
function firstOf<S extends { readonly name: string; readonly sum?: boolean | 'names' | undefined }>(
  told: readonly { readonly series: S; readonly samples: readonly Sample[] }[],
  device: ReadonlySet<Sample>,
  { noValue = [] }: AcceleratorMetricsRow,
  counts: (sample: Sample) => boolean = () => true,
): { series: S; value: number; samples: readonly Sample[] } | undefined {
  for (const { series, samples } of told) {
    const own = samples.filter(
      (sample) => device.has(sample) && !isBlank(sample.value) && !noValue.includes(sample.value) && counts(sample),
    );
    if (own.length === 0) continue;
    return { series, value: together(own, series.sum), samples: own };
  }
  return undefined;
}

function together(samples: readonly Sample[], sum: boolean | 'names' | undefined): number {
  if (sum === true) return sumOfParts(samples);
  if (sum !== 'names') return largest(samples);
  return [...Map.groupBy(samples, ({ name }) => name).values()].reduce((all, one) => all + largest(one), 0);
}

function largest(samples: readonly Sample[]): number {
  return samples.reduce((most, { value }) => Math.max(most, value), -Infinity);
}

/** Labels that name who uses a device. An exporter may repeat all of a device's series for each of them. */
const HOLDER = /^((exported|kube|k8s)_)?(pod|namespace|container)(_name|_uid|_namespace)?$|^vgpu$|^(dra|claim)_/;

/** The same part that is told for several holders of the device counts once. */
function sumOfParts(samples: readonly Sample[]): number {
  const parts = Map.groupBy(samples, ({ name, labels }) =>
    JSON.stringify([
      name,
      ...Object.entries(labels)
        .filter(([label]) => !HOLDER.test(label))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  );
  return [...parts.values()].reduce((sum, part) => sum + largest(part), 0);
}

function bytes(
  told: RowSeries['used'],
  device: ReadonlySet<Sample>,
  row: AcceleratorMetricsRow,
  counts?: (sample: Sample) => boolean,
): number | undefined {
  const found = firstOf(told, device, row, counts);
  return found === undefined ? undefined : inBytes(found.value, found.series.unit);
}

function strangeNames({ row, utilisation, used, unknown }: RowSeries): string[] {
  const none = (told: readonly { readonly samples: readonly Sample[] }[]): boolean =>
    told.every(({ samples }) => samples.length === 0);
  const family = unknown.filter((name) => nameFits(row, row.recognise, name));
  return [
    ...(none(utilisation) ? family.filter(looksLikeBusy) : []),
    ...(none(used) ? family.filter(looksLikeMemory) : []),
  ];
}
