import { describe, expect, it } from 'vitest';
import fc from '../../test/property.ts';
import { type Exposition, parseExposition, sampleKey } from './index.ts';

const TEXT = 'text/plain; version=0.0.4';
const OPEN = 'application/openmetrics-text; version=1.0.0';

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/);
const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,6}$/).filter((one) => one !== '__name__');
const labels = fc.dictionary(label, fc.string({ unit: 'binary', maxLength: 20 }), { maxKeys: 5 });
const value = fc.double();
const series = fc.uniqueArray(fc.record({ name, labels, value }), { maxLength: 12, selector: sampleKey });

const shown = (number: number): string =>
  number === Infinity ? '+Inf' : number === -Infinity ? '-Inf' : Object.is(number, -0) ? '-0' : String(number);

describe('any exposition', { timeout: 60_000 }, () => {
  it.each([
    ['text', TEXT, ''],
    ['openmetrics', OPEN, '# EOF\n'],
  ])('that is well-formed %s is read as it was written', (format, type, end) => {
    fc.assert(
      fc.property(series, (written) => {
        const together = [...Map.groupBy(written, (one) => one.name).values()].flat();
        const body = together.map((one) => `${sampleKey(one)} ${shown(one.value)}\n`).join('') + end;
        const parsed = parseExposition(body, type);
        if (body === '') return;
        expect(parsed.problems).toEqual([]);
        expect(parsed.format).toBe(format);
        expect(parsed.samples.map(({ name, labels, value }) => ({ name, labels: { ...labels }, value }))).toEqual(
          together.map((one) => ({ name: one.name, labels: { ...one.labels }, value: one.value })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('of any text at all never throws, counts its lines, and has no sample from a comment', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '# ',
        '# TYPE ',
        '# HELP ',
        '# EOF',
        'a',
        '{',
        '}',
        '="',
        '"',
        ',',
        ' ',
        '\\',
        '\n',
        '1',
        'NaN',
        '_bucket',
        'le',
        'histogram',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom(TEXT, OPEN, undefined), (pieces, type) => {
        const body = pieces.join('');
        const parsed = parseExposition(body, type);
        const lines = body.split('\n');
        for (const { line } of parsed.problems) expect(line).toBeLessThanOrEqual(lines.length);
        for (const sample of parsed.samples) expect(lines[sample.line - 1]?.trimStart().startsWith('#')).toBe(false);
        expect(parsed.families.flatMap((family) => family.samples)).toHaveLength(parsed.samples.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('mutated pages', { timeout: 120_000 }, () => {
  const pages: readonly (readonly [string, string])[] = [
    [
      TEXT,
      '# HELP gpu_busy Share.\n# TYPE gpu_busy gauge\ngpu_busy{gpu="0",uuid="A-0"} 0.5\ngpu_busy{gpu="1",uuid="A\\"1"} NaN 17\n# a comment\nup 1\n',
    ],
    [
      OPEN,
      '# TYPE busy_seconds counter\n# UNIT busy_seconds seconds\nbusy_seconds_total{gpu="0"} 12.5 1700000000.25\n# TYPE h histogram\nh_bucket{le="1.0"} 1 # {trace_id="abc"} 0.5\nh_bucket{le="+Inf"} 1\nh_count 1\n# EOF\n',
    ],
  ];
  const pieces = [
    '"',
    '{',
    '}',
    '=',
    ',',
    ' ',
    '\t',
    '\r',
    '\n',
    '\\',
    '#',
    '# TYPE ',
    '# EOF\n',
    'NaN',
    '1e999',
    '\u0000',
    '\ufeff',
    'é',
  ];
  const mutation = fc.record({
    page: fc.constantFrom(...pages),
    changes: fc.array(fc.record({ at: fc.nat(400), remove: fc.nat(3), put: fc.constantFrom('', ...pieces) }), {
      minLength: 1,
      maxLength: 4,
    }),
  });

  it('10,000 of them never throw, and every problem has its place', () => {
    fc.assert(
      fc.property(mutation, ({ page: [type, text], changes }) => {
        const body = changes.reduce((all, { at, remove, put }) => {
          const from = at % (all.length + 1);
          return all.slice(0, from) + put + all.slice(from + remove);
        }, text);
        const { problems, format } = parseExposition(body, type);
        const lines = body.split('\n').length;
        for (const { line, message } of problems) {
          expect(message).not.toBe('');
          // Only what is said of the page as a whole has no line.
          expect(line).toBeGreaterThanOrEqual(format === 'none' ? 0 : 1);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 10_000, seed: 20_261_130 },
    );
  });
});

describe('hostile bodies', { timeout: 60_000 }, () => {
  /** Milliseconds of processor time: what others do on the machine does not count. */
  const timed = (body: string): { parsed: Exposition; ms: number } => {
    const begun = process.cpuUsage();
    const parsed = parseExposition(body, TEXT);
    const { user, system } = process.cpuUsage(begun);
    return { parsed, ms: (user + system) / 1000 };
  };

  it('of 20 MB are refused at once', () => {
    const { parsed } = timed('gpu_utilization{gpu="0"} 1\n'.repeat(800_000));
    expect(parsed.samples).toEqual([]);
    expect(parsed.problems).toEqual([
      { line: 0, code: 'too-large', message: 'the answer has 20.6 MiB; more than 16 MiB is not read', fatal: false },
    ]);
  });

  it('with too many samples are refused', () => {
    const body = Array.from({ length: 600_000 }, (_, at) => `a{b="${at}"} 1\n`).join('');
    expect(timed(body).parsed.problems).toMatchObject([{ code: 'too-large' }]);
  });

  it('of one endless line, of quotes and backslashes, of labels, are read in a time that grows with their length', () => {
    const bodies = (n: number): string[] => [
      `a{b="${'x'.repeat(n)}"} 1\n`,
      `a{b="${'\\'.repeat(n)}`,
      `a{b="${'\\\\'.repeat(n / 2)}"} 1\n`,
      `a{${'b="c",'.repeat(n / 6)}} 1\n`,
      `a{${Array.from({ length: n / 10 }, (_, at) => `b${at}="c"`).join(',')}} 1\n`,
      `${'a'.repeat(n)} 1\n`,
      `a ${'1'.repeat(n)}e\n`,
      `a${' '.repeat(n)}\n`,
      '{'.repeat(n),
      '# TYPE '.repeat(n / 7),
    ];
    // Whoever is quadratic needs hours for a megabyte.
    for (const body of bodies(1_000_000)) expect(timed(body).ms).toBeLessThan(5_000);
  });

  it('with a problem in every line list the first hundred and count the rest', () => {
    const { problems } = timed('1\n'.repeat(5_000)).parsed;
    expect(problems).toHaveLength(100);
    expect(problems.at(-1)?.message).toBe('and 4901 more problems like those above');
    expect(problems[0]).toMatchObject({ line: 1, code: 'syntax' });
  });
});
