import type { Family, Problem, Sample } from './sample.ts';
import { sampleKey } from './sample.ts';

/** What the type of a family demands of its values and labels. Scrapers live with all of it, so none is fatal. */
export function checkFamily(family: Family): Problem[] {
  const { type, samples } = family;
  if (type === 'histogram') return checkHistogram(family);
  if (type === 'counter')
    return samples
      .filter((sample) => !(sample.value >= 0))
      .map((sample) => of(sample, 'a counter is never negative or NaN'));
  if (type !== 'summary') return [];
  return samples
    .filter((sample) => sample.name === family.name)
    .filter((sample) => !(Number(sample.labels['quantile'] ?? 'NaN') >= 0 && Number(sample.labels['quantile']) <= 1))
    .map((sample) => of(sample, 'a summary names a quantile between 0 and 1'));
}

/** Each series of buckets has `le`, never falls, ends with +Inf, and that is its count. */
function checkHistogram(family: Family): Problem[] {
  const problems: Problem[] = [];
  const buckets = family.samples.filter((sample) => sample.name === `${family.name}_bucket`);
  const counts = new Map(
    family.samples
      .filter((sample) => sample.name === `${family.name}_count`)
      .map((sample) => [withoutLe(sample), sample]),
  );
  for (const series of Map.groupBy(buckets, withoutLe).values()) {
    const first = series[0];
    if (first === undefined) continue;
    const bounds = series.map((sample) => bound(sample.labels['le']));
    if (bounds.some(Number.isNaN)) {
      problems.push(of(first, 'a bucket has no bound (label le)'));
      continue;
    }
    const sorted = series.map((sample, at) => ({ sample, le: bounds[at] ?? 0 })).sort((a, b) => a.le - b.le);
    const fallen = sorted.find(({ sample }, at) => at > 0 && sample.value < (sorted[at - 1]?.sample.value ?? 0));
    if (fallen !== undefined) problems.push(of(fallen.sample, 'a bucket counts less than a smaller one'));
    const last = sorted.at(-1);
    if (last?.le !== Infinity) problems.push(of(last?.sample ?? first, 'the buckets do not end with le="+Inf"'));
    const count = counts.get(withoutLe(first));
    if (last?.le === Infinity && count !== undefined && count.value !== last.sample.value)
      problems.push(of(count, `_count is not what the +Inf bucket says (${last.sample.value})`));
  }
  return problems;
}

function bound(le: string | undefined): number {
  if (le === undefined) return Number.NaN;
  return /^\+?inf$/i.test(le) ? Infinity : Number(le);
}

function withoutLe({ labels }: Sample): string {
  return sampleKey({ name: '', labels: Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'le')) });
}

function of(sample: Sample, what: string): Problem {
  const key = sampleKey(sample);
  const shown = key.length > 200 ? `${key.slice(0, 200)}...` : key;
  return { line: sample.line, code: 'type', message: `${what}: ${shown} ${sample.value}`, fatal: false };
}
