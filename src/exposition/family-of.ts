import type { FamilyType } from './sample.ts';

/** Suffixes that the samples of a family may have; '' = the family's own name. (OpenMetrics 1.0; text 0.0.4.) */
const SUFFIXES: Readonly<Record<'text' | 'openmetrics', Readonly<Record<FamilyType, readonly string[]>>>> = {
  text: {
    counter: [''],
    gauge: [''],
    untyped: [''],
    unknown: [''],
    info: [''],
    stateset: [''],
    histogram: ['_bucket', '_sum', '_count'],
    summary: ['', '_sum', '_count'],
    gaugehistogram: [''],
  },
  openmetrics: {
    counter: ['_total', '_created'],
    gauge: [''],
    untyped: [''],
    unknown: [''],
    info: ['_info'],
    stateset: [''],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    summary: ['', '_sum', '_count', '_created'],
    gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  },
};
const ALL_SUFFIXES = ['_total', '_created', '_info', '_bucket', '_sum', '_count', '_gsum', '_gcount'];

export function suffixesOf(type: FamilyType, format: 'text' | 'openmetrics'): readonly string[] {
  return SUFFIXES[format][type];
}

/**
 * The family to which a sample belongs: one whose type was declared and allows the sample's suffix, else one of the sample's own
 * name.
 */
export function familyOf(
  sample: string,
  typeOf: (family: string) => FamilyType | undefined,
  format: 'text' | 'openmetrics',
): string {
  const own = typeOf(sample);
  if (own !== undefined && SUFFIXES[format][own].includes('')) return sample;
  for (const suffix of ALL_SUFFIXES) {
    if (!sample.endsWith(suffix)) continue;
    const family = sample.slice(0, -suffix.length);
    const type = typeOf(family);
    if (type !== undefined && SUFFIXES[format][type].includes(suffix)) return family;
  }
  return sample;
}
