import type { Exposition, Sample } from '../exposition/index.ts';
import type { AcceleratorMetricsRow } from '../inventory/metrics-tables.ts';

type MemorySeries = AcceleratorMetricsRow['memoryUsed'][number];
type Labels = Readonly<Record<string, string>>;

/** One way of telling a value, and the series of a page that do. */
interface Told<S> {
  readonly series: S;
  readonly samples: readonly Sample[];
}

/** The series of a page that a row of the tables knows, by what they tell, in the order of the row. */
export interface RowSeries {
  readonly row: AcceleratorMetricsRow;
  readonly utilisation: readonly Told<AcceleratorMetricsRow['utilisation'][number]>[];
  readonly used: readonly Told<MemorySeries>[];
  readonly total: readonly Told<MemorySeries>[];
  readonly free: readonly Told<MemorySeries>[];
  readonly auxiliary: readonly { readonly what: string; readonly samples: readonly Sample[] }[];
  /** All of utilisation and memory. */
  readonly read: readonly Sample[];
  /** Names of utilisation and memory that are only declared (HELP, TYPE) and have no series. */
  readonly declared: readonly string[];
  /** How many cores a device has, as the page says. */
  readonly perDevice: readonly number[];
  /** Names that the row does not know at all. */
  readonly unknown: readonly string[];
}

/** Undefined where no name of the page, declared or with series, is of the row's kind. */
export function seriesOf(exposition: Exposition, row: AcceleratorMetricsRow): RowSeries | undefined {
  const byName = samplesByName(exposition);
  const named = (pattern: string): string[] => [...byName.keys()].filter((name) => nameFits(row, pattern, name));
  const recognised = named(row.recognise);
  const ofRow = (samples: readonly Sample[]): Sample[] =>
    row.where === undefined ? [...samples] : samples.filter((sample) => hasLabels(sample, row.where));
  if (recognised.every((name) => row.where !== undefined && ofRow(byName.get(name) ?? []).length === 0))
    return undefined;
  const told = <
    S extends { readonly name: string; readonly where?: Labels | undefined; readonly help?: string | undefined },
  >(
    wanted: readonly S[],
  ): Told<S>[] =>
    wanted.map((series) => ({
      series,
      samples: named(series.name)
        .filter((name) => helpFits(exposition, name, series))
        .flatMap((name) => ofRow(byName.get(name) ?? []).filter((sample) => hasLabels(sample, series.where))),
    }));
  const utilisation = told(row.utilisation);
  const [used, total, free] = [told(row.memoryUsed), told(row.memoryTotal), told(row.memoryFree ?? [])];
  const wanted = [...row.utilisation, ...row.memoryUsed, ...row.memoryTotal, ...(row.memoryFree ?? [])];
  const known = [...wanted.map(({ name }) => name), ...row.auxiliary.map(({ match }) => match), row.other ?? '(?!)'];
  return {
    row,
    utilisation,
    used,
    total,
    free,
    auxiliary: row.auxiliary.map(({ what, match }) => ({
      what,
      samples: named(match).flatMap((name) => ofRow(byName.get(name) ?? [])),
    })),
    read: [...new Set([...utilisation, ...used, ...total, ...free].flatMap(({ samples }) => samples))],
    perDevice: perDeviceOf(row, named, byName),
    declared: [...new Set(wanted.flatMap(({ name }) => named(name)))].filter((name) => byName.get(name)?.length === 0),
    unknown: [...byName.keys()].filter((name) => !known.some((pattern) => nameFits(row, pattern, name))),
  };
}

function perDeviceOf(
  { cores }: AcceleratorMetricsRow,
  named: (pattern: string) => string[],
  byName: ReadonlyMap<string, readonly Sample[]>,
): number[] {
  if (cores === undefined) return [];
  const { series, label } = cores.perDevice;
  return named(series)
    .flatMap((name) => byName.get(name) ?? [])
    .map(({ labels }) => Number(labels[label]));
}

const indexes = new WeakMap<Exposition, ReadonlyMap<string, readonly Sample[]>>();

/** Every name of a page with its series; a name that is only declared has none. */
export function samplesByName(exposition: Exposition): ReadonlyMap<string, readonly Sample[]> {
  const known = indexes.get(exposition);
  if (known !== undefined) return known;
  const all = Map.groupBy(exposition.samples, ({ name }) => name);
  for (const { name, samples } of exposition.families) if (samples.length === 0 && !all.has(name)) all.set(name, []);
  indexes.set(exposition, all);
  return all;
}

/** Does a name fit a pattern of a row, whatever its prefix where it may have any? */
export function nameFits({ prefixed = false }: AcceleratorMetricsRow, pattern: string, name: string): boolean {
  return (prefixed ? ending(pattern) : whole(pattern)).test(name);
}

/** A label that is missing counts as empty. */
export function hasLabels({ labels }: Pick<Sample, 'labels'>, wanted: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([label, pattern]) => whole(pattern).test(labels[label] ?? ''));
}

function helpFits({ families }: Exposition, name: string, { help }: { readonly help?: string | undefined }): boolean {
  if (help === undefined) return true;
  return whole(help).test(families.find((family) => family.name === name)?.help ?? '');
}

const [wholes, endings] = [new Map<string, RegExp>(), new Map<string, RegExp>()];

/** A pattern of the tables over a whole text. */
function whole(source: string): RegExp {
  return wholes.get(source) ?? kept(wholes, source, `^(?:${source})$`);
}

/** A pattern of the tables over the end of a text. */
function ending(source: string): RegExp {
  return endings.get(source) ?? kept(endings, source, `(?:${source})$`);
}

/** Pages have thousands of names, and each is asked about by every pattern: they are compiled, and put together, once. */
function kept(patterns: Map<string, RegExp>, source: string, written: string): RegExp {
  const compiled = new RegExp(written);
  patterns.set(source, compiled);
  return compiled;
}
