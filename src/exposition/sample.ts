/** One value of one series, as one line of an exposition tells it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN ("no value") or infinite. */
  readonly value: number;
  /** Milliseconds since 1970, where the exporter says so itself (most do not). */
  readonly timestamp?: number;
  /** 1 is the first line. */
  readonly line: number;
  /** OpenMetrics: a request that the sample counted. */
  readonly exemplar?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly timestamp?: number;
  };
}

/** `untyped` is what text 0.0.4 says, `unknown` what OpenMetrics says, for the same: no type is known. */
export type FamilyType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'summary'
  | 'untyped'
  | 'unknown'
  | 'info'
  | 'stateset'
  | 'gaugehistogram';

/** A metric with all its series. */
export interface Family {
  /** Without the suffix of its samples: `http_request_duration_seconds` of `..._bucket`, `..._sum`, `..._count`. */
  readonly name: string;
  readonly type: FamilyType;
  readonly help?: string;
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

export type ProblemCode =
  /** The body is something else: HTML, JSON, protobuf, nothing. */
  | 'not-exposition'
  | 'too-large'
  /** A line that is no sample, comment or metadata. */
  | 'syntax'
  /** The same series twice. */
  | 'duplicate'
  /** HELP, TYPE or UNIT said twice, late, or wrong. */
  | 'metadata'
  /** A sample that its family's type does not allow, or a value that it does not. */
  | 'type'
  /** Samples of one family stand apart. */
  | 'grouping'
  /** OpenMetrics without `# EOF`, or something after it; text whose last line does not end. */
  | 'end';

export interface Problem {
  /** 1 is the first line; 0 = the answer as a whole. */
  readonly line: number;
  readonly code: ProblemCode;
  /** For people. */
  readonly message: string;
  /** A Prometheus server throws the whole answer away because of it: the target is down. */
  readonly fatal: boolean;
}

export interface Exposition {
  /** `none`: refused as a whole, see `problems`. */
  readonly format: 'text' | 'openmetrics' | 'none';
  readonly families: readonly Family[];
  /** All samples, in the order of their lines. */
  readonly samples: readonly Sample[];
  /** Empty when it is well-formed. At most 100, the last of which then says how many more there are. */
  readonly problems: readonly Problem[];
}

/** Names a series: `name{a="x",b="y"}`, labels sorted, values escaped as in an exposition. */
export function sampleKey({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return pairs.length === 0 ? name : `${name}{${pairs.map(([key, value]) => `${key}=${quoted(value)}`).join(',')}}`;
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
