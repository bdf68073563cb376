import type { Exposition, Sample } from '../../exposition/index.ts';
import { type AcceleratorMetricsRow, inBytes } from '../../inventory/metrics-tables.ts';

/** What an endpoint says of one device at one moment. A value that is NaN or infinite is none. */
export interface DeviceReading {
  /** The value of the best label that names it (with its partition, where it is one). */
  readonly key: string;
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
  readonly devices: readonly DeviceReading[];
  /** Series of utilisation or memory that name no device: a sum over the node, for example. */
  readonly nameless: readonly Sample[];
  /** Names of utilisation and memory that are only declared (HELP, TYPE) and have no series. */
  readonly declared: readonly string[];
}

/** Does any family, declared or with samples, have a name of this kind? */
export function recognised(exposition: Exposition, row: AcceleratorMetricsRow): boolean {
  const known = whole(row.recognise);
  return exposition.families.some(
    (family) => known.test(family.name) || family.samples.some((sample) => known.test(sample.name)),
  );
}

/** Reads an exposition by the way of naming that tells most about devices; undefined when it fits none. */
export function measure(exposition: Exposition, rows: readonly AcceleratorMetricsRow[]): Measured | undefined {
  const all = rows.filter((row) => recognised(exposition, row)).map((row) => devicesBy(exposition, row));
  const score = ({ devices }: Measured): number =>
    devices.filter(({ points, used }) => points !== undefined && used !== undefined).length * 1000 + devices.length;
  return all.reduce<Measured | undefined>(
    (best, one) => (best === undefined || score(one) > score(best) ? one : best),
    undefined,
  );
}

function devicesBy(exposition: Exposition, row: AcceleratorMetricsRow): Measured {
  const wanted = [...row.utilisation, ...row.memoryUsed, ...row.memoryTotal, ...(row.memoryFree ?? [])];
  const patterns = wanted.map(({ name }) => whole(name));
  const relevant = exposition.samples.filter(({ name }) => patterns.some((pattern) => pattern.test(name)));
  const named = relevant.filter((sample) => identityOf(sample, row) !== undefined);
  const groups = Map.groupBy(named, (sample) => identityOf(sample, row) ?? '');
  // A device that is partitioned stands there too, as the parent of its partitions; it is no device to be used.
  const parents = new Set([...groups.values()].flatMap((samples) => parentOf(samples, row)));
  const devices = [...groups]
    .filter(([key]) => !parents.has(key))
    .map(([key, samples]) => device(key, samples, exposition, row));
  const silent = exposition.families.filter(
    (family) => family.samples.length === 0 && patterns.some((pattern) => pattern.test(family.name)),
  );
  return {
    row,
    devices,
    nameless: relevant.filter((sample) => identityOf(sample, row) === undefined),
    declared: silent.map(({ name }) => name),
  };
}

function device(
  key: string,
  samples: readonly Sample[],
  exposition: Exposition,
  row: AcceleratorMetricsRow,
): DeviceReading {
  const busy = firstOf(row.utilisation, samples);
  const points = busy && busy.value * (busy.series.unit === 'ratio' ? 100 : 1);
  const used = bytes(row.memoryUsed, samples);
  const free = bytes(row.memoryFree ?? [], samples);
  const total = bytes(row.memoryTotal, samples) ?? (used !== undefined && free !== undefined ? used + free : undefined);
  const [first] = busy?.samples ?? [];
  const auxiliary = row.auxiliary.filter(({ match }) =>
    exposition.samples.some(
      (sample) => whole(match).test(sample.name) && identityOf(sample, row) === key && Number.isFinite(sample.value),
    ),
  );
  return {
    key,
    names: [...new Set(samples.flatMap((sample) => row.identity.flatMap((label) => sample.labels[label] || [])))],
    ...(points === undefined ? {} : { points }),
    ...(used === undefined ? {} : { used }),
    ...(total === undefined ? {} : { total }),
    ...(first?.timestamp === undefined ? {} : { timestamp: first.timestamp }),
    auxiliary: [...new Set(auxiliary.map(({ what }) => what))],
    labels: first?.labels ?? {},
  };
}

/** The first of the names that has a value, put together: the largest of its series, or their sum. */
function firstOf<S extends { readonly name: string; readonly sum?: boolean | undefined }>(
  wanted: readonly S[],
  samples: readonly Sample[],
): { series: S; value: number; samples: readonly Sample[] } | undefined {
  for (const series of wanted) {
    const pattern = whole(series.name);
    const own = samples.filter(({ name, value }) => pattern.test(name) && Number.isFinite(value));
    const values = own.map(({ value }) => value);
    if (values.length === 0) continue;
    const value = series.sum === true ? values.reduce((sum, one) => sum + one, 0) : Math.max(...values);
    return { series, value, samples: own };
  }
  return undefined;
}

function bytes(wanted: AcceleratorMetricsRow['memoryUsed'], samples: readonly Sample[]): number | undefined {
  const found = firstOf(wanted, samples);
  return found === undefined ? undefined : inBytes(found.value, found.series.unit);
}

function identityOf({ labels }: Sample, { identity, partition = [] }: AcceleratorMetricsRow): string | undefined {
  const base = identity.map((label) => labels[label]).find((value) => value !== undefined && value !== '');
  const part = partition.map((label) => labels[label]).find((value) => value !== undefined && value !== '');
  return base === undefined || part === undefined ? base : `${base}/${part}`;
}

function parentOf(samples: readonly Sample[], row: AcceleratorMetricsRow): string[] {
  return samples.flatMap((sample) => {
    const whole = identityOf(sample, { ...row, partition: [] });
    return whole === undefined || whole === identityOf(sample, row) ? [] : [whole];
  });
}

const patterns = new Map<string, RegExp>();

/** A pattern of the tables over a whole name. */
function whole(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(`^(?:${source})$`);
  patterns.set(source, known);
  return known;
}
