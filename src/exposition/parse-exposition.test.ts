import { describe, expect, it } from 'vitest';
import { parseExposition, sampleKey } from './index.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const text = (body: string) => parseExposition(body, TEXT);
const open = (body: string) => parseExposition(body, OPEN);
const codes = (parsed: { problems: readonly { line: number; code: string }[] }): string[] =>
  parsed.problems.map(({ line, code }) => `${line} ${code}`);

describe('text 0.0.4', () => {
  it('reads samples with labels, escapes, timestamps; HELP and TYPE; comments say nothing', () => {
    const parsed = text(
      [
        '# HELP gpu_util Share of the time,\\nin percent \\\\.',
        '# TYPE gpu_util gauge',
        'gpu_util{gpu="0",model="A \\"100\\" C:\\\\x\\n"} 37.5 1700000000123',
        '  gpu_util { gpu = "1" , }   NaN  ',
        '# gpu_util{gpu="2"} 12',
        '#gpu_util{gpu="3"} 12',
        '',
        'up 1',
        'temp:max -1.5e3',
        'inf_a +Inf',
        'inf_b -Inf',
        'dots{} .5',
        '',
      ].join('\n'),
    );
    expect(parsed.problems).toEqual([]);
    expect(parsed.format).toBe('text');
    expect(parsed.samples).toEqual([
      {
        name: 'gpu_util',
        labels: { gpu: '0', model: 'A "100" C:\\x\n' },
        value: 37.5,
        timestamp: 1700000000123,
        line: 3,
      },
      { name: 'gpu_util', labels: { gpu: '1' }, value: Number.NaN, line: 4 },
      { name: 'up', labels: {}, value: 1, line: 8 },
      { name: 'temp:max', labels: {}, value: -1500, line: 9 },
      { name: 'inf_a', labels: {}, value: Infinity, line: 10 },
      { name: 'inf_b', labels: {}, value: -Infinity, line: 11 },
      { name: 'dots', labels: {}, value: 0.5, line: 12 },
    ]);
    expect(parsed.families[0]).toMatchObject({
      name: 'gpu_util',
      type: 'gauge',
      help: 'Share of the time,\nin percent \\.',
    });
    expect(parsed.families[1]).toMatchObject({ name: 'up', type: 'untyped' });
  });

  it('puts the parts of histograms and summaries into their family', () => {
    const parsed = text(`# TYPE h histogram
h_bucket{le="1"} 2
h_bucket{le="+Inf"} 3
h_sum 4
h_count 3
# TYPE s summary
s{quantile="0.5"} 1
s_sum 1
s_count 1
`);
    expect(parsed.problems).toEqual([]);
    expect(parsed.families.map(({ name, samples }) => [name, samples.length])).toEqual([
      ['h', 4],
      ['s', 3],
    ]);
  });

  it.each([
    ['no_value', 'the line ends where a value is wanted'],
    ['1metric 2', 'a metric name is wanted at "1metric 2"'],
    ['a b', '"b" is no number'],
    ['a 1,5', 'a timestamp is wanted'],
    ['a 0x10', '"0x10" is no number'],
    ['a 1_000', '"1_000" is no number'],
    ['a 1 1.5', '"1.5" is no timestamp in whole milliseconds'],
    ['a 1 2 3', '"3" is too much'],
    ['a{b="c" 1', ', or } is wanted'],
    ['a{b="c} 1', 'a quote is opened and not closed'],
    ['a{b=c} 1', 'a quoted value of b is wanted'],
    ['a{0b="c"} 1', 'a label or } is wanted'],
    ['a{b="c",b="d"} 1', 'the label b stands there twice'],
    ['a{__name__="x"} 1', '__name__ is no label'],
    ['{b="c"} 1', 'a metric name stands nowhere'],
    ['a-b 1', 'a name followed by a space is wanted'],
    ['a 1\r', '"1\\r" is no number'],
    ['<html>', 'a metric name is wanted'],
  ])('refuses the line %j, and reads those around it', (line, why) => {
    const parsed = text(`first 1\n${line}\nlast 2\n`);
    expect(codes(parsed)).toEqual(['2 syntax']);
    expect(JSON.stringify(parsed.problems[0]?.message)).toContain(
      JSON.stringify(why).slice(1, -1).replaceAll('\\\\\\\\', '\\\\'),
    );
    expect(parsed.problems[0]?.fatal).toBe(true);
    expect(parsed.samples.map(({ name }) => name)).toEqual(['first', 'last']);
  });

  it.each([
    ['a{b="\\d"} 1', 'd is no escape', { b: '\\d' }],
    ['a{b="c" d="e"} 1', 'a comma is missing', { b: 'c', d: 'e' }],
    ['a{b="c\nd"} 1', 'a line break stands within a quoted value', { b: 'c\nd' }],
  ])('reads the line %j, as scrapers do, and says what is odd', (line, why, labels) => {
    const parsed = text(`first 1\n${line}\nlast 2\n`);
    expect(parsed.problems).toMatchObject([{ line: 2, code: 'syntax', fatal: false }]);
    expect(parsed.problems[0]?.message).toContain(why);
    expect(parsed.samples.map((sample) => sample.name)).toEqual(['first', 'a', 'last']);
    expect(parsed.samples[1]?.labels).toEqual(labels);
    expect(parsed.samples[2]?.line).toBe(line.includes('\n') ? 4 : 3);
  });

  it.each([
    '# TYPE a  gauge',
    '# TYPE a gauge ',
    '# TYPE a gauge\r',
    '\r',
    '\ufeffa 1',
    'a 1e400',
    'a 1 -5',
    '# HELP 1a x',
  ])('refuses %j, as Prometheus does', (line) => {
    expect(text(`first 1\n${line}\nlast 2\n`).problems).toMatchObject([{ line: 2, fatal: true }]);
  });

  it('finds the same series twice, whatever the order of its labels and the timestamp', () => {
    expect(codes(text('a{x="1",y="2"} 1\na{y="2",x="1"} 1\na{x="1"} 3\na{x="1",y="2"} 4 99\n'))).toEqual([
      '2 duplicate',
      '4 duplicate',
    ]);
  });

  it('tells of metadata that comes late, twice or wrong, and of families in pieces', () => {
    expect(codes(text('a 1\n# TYPE a gauge\n'))).toEqual(['2 metadata']);
    expect(codes(text('# TYPE a gauge\n# TYPE a counter\n# HELP a x\n# HELP a y\na 1\n'))).toEqual([
      '2 metadata',
      '4 metadata',
    ]);
    const wrong = text('# TYPE a gauges\na 1\n');
    expect(wrong.problems).toMatchObject([{ line: 1, code: 'metadata', fatal: true }]);
    expect(text('# HELP a with \\d\na 1\n').problems).toMatchObject([{ line: 1, code: 'metadata', fatal: false }]);
    expect(codes(text('a{x="1"} 1\nb 1\na{x="2"} 1\n'))).toEqual(['3 grouping']);
  });

  it('tells of values that the type does not allow', () => {
    expect(codes(text('# TYPE a counter\na -1\n'))).toEqual(['2 type']);
    expect(codes(text('# TYPE h histogram\nh_bucket{le="1"} 4\nh_bucket{le="+Inf"} 3\nh_count 3\nh_sum 1\n'))).toEqual([
      '3 type',
    ]);
    expect(codes(text('# TYPE h histogram\nh_bucket{le="1"} 4\nh_count 3\n'))).toEqual(['2 type']);
    expect(codes(text('# TYPE h histogram\nh_bucket{le="+Inf"} 4\nh_count 3\n'))).toEqual(['3 type']);
    expect(codes(text('# TYPE h histogram\nh_bucket 4\n'))).toEqual(['2 type']);
    expect(codes(text('# TYPE h histogram\nh 4\n'))).toEqual(['2 type']);
    expect(codes(text('# TYPE s summary\ns{quantile="2"} 4\n'))).toEqual(['2 type']);
  });

  it('says when the last line does not end', () => {
    const parsed = text('a 1\nb 2');
    expect(parsed.problems).toMatchObject([{ line: 2, code: 'end', fatal: false }]);
    expect(parsed.samples).toHaveLength(2);
  });

  it('reads quoted names (text 1.0.0)', () => {
    const parsed = parseExposition(
      '{"hw.gpu.utilization","hw.id"="x"} 0.5\n',
      'text/plain; version=1.0.0; escaping=allow-utf-8',
    );
    expect(parsed.problems).toEqual([]);
    expect(parsed.samples).toMatchObject([{ name: 'hw.gpu.utilization', labels: { 'hw.id': 'x' }, value: 0.5 }]);
  });
});

describe('OpenMetrics 1.0', () => {
  it('reads units, exemplars, seconds and the end', () => {
    const parsed = open(`# TYPE busy_seconds counter
# UNIT busy_seconds seconds
# HELP busy_seconds It is "busy"\\n.
busy_seconds_total{gpu="0"} 12.5 1700000000.25
busy_seconds_created{gpu="0"} 1.7e9
# TYPE h histogram
h_bucket{le="1.0"} 1 # {trace_id="abc"} 0.5 1700000000.5
h_bucket{le="+Inf"} 1
h_count 1
h_sum 0.5
# TYPE build info
build_info{version="1"} 1
# EOF
`);
    expect(parsed.problems).toEqual([]);
    expect(parsed.format).toBe('openmetrics');
    expect(parsed.families.map(({ name, type, unit }) => [name, type, unit])).toEqual([
      ['busy_seconds', 'counter', 'seconds'],
      ['h', 'histogram', undefined],
      ['build', 'info', undefined],
    ]);
    expect(parsed.samples[0]).toMatchObject({ value: 12.5, timestamp: 1700000000250 });
    expect(parsed.samples[2]?.exemplar).toEqual({ labels: { trace_id: 'abc' }, value: 0.5, timestamp: 1700000000500 });
  });

  it.each([
    ['a 1\n', ['1 end']],
    ['a 1\n# EOF\nb 2\n', ['3 end']],
    ['a 1\n# EOF', ['2 end']],
    ['a  1\n# EOF\n', ['1 syntax']],
    ['a{b="c"}1\n# EOF\n', ['1 syntax']],
    ['a 1 \n# EOF\n', ['1 syntax']],
    ['\na 1\n# EOF\n', ['1 syntax']],
    ['# a comment\na 1\n# EOF\n', ['1 metadata']],
    ['# TYPE a untyped\na 1\n# EOF\n', ['1 metadata']],
    ['# UNIT a seconds\na 1\n# EOF\n', ['1 metadata']],
    ['# TYPE a counter\na 1\n# EOF\n', ['2 type']],
    ['a 1\na 2\n# EOF\n', ['2 duplicate']],
    ['a 1 1\na 2 2\n# EOF\n', []],
    ['a 1 # {x="y"}\n# EOF\n', ['1 syntax']],
  ])('%j', (body, wanted) => {
    expect(codes(open(body))).toEqual(wanted);
  });
});

describe('what is no exposition is refused with a clear word', () => {
  it.each([
    ['<!DOCTYPE html><html></html>', 'text/html; charset=utf-8', 'its Content-Type is "text/html; charset=utf-8"'],
    ['<html>', undefined, 'it has no Content-Type and is HTML'],
    ['\n <html>gpu 1', TEXT, 'it says text/plain and is HTML'],
    ['{"status":"success"}', 'application/json', 'its Content-Type is "application/json"'],
    ['{"status":"success"}', TEXT, 'it says text/plain and is JSON'],
    ['[1]', undefined, 'is JSON'],
    ['gpu 1\n', 'text/html', 'its Content-Type is "text/html"'],
    ['\0\x08', undefined, 'is binary'],
    ['gpu 1\n', 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily', 'protobuf'],
  ])('%j as %j', (body, type, why) => {
    const parsed = parseExposition(body, type);
    expect(parsed).toMatchObject({ format: 'none', families: [], samples: [] });
    expect(parsed.problems).toMatchObject([{ line: 0, code: 'not-exposition', fatal: true }]);
    expect(parsed.problems[0]?.message).toContain(why);
  });

  it('takes an answer without Content-Type for text when it looks like it', () => {
    expect(parseExposition('gpu 1\n', undefined)).toMatchObject({ format: 'text', samples: [{ value: 1 }] });
  });
});

describe('sampleKey', () => {
  it('names a series with its labels sorted and escaped', () => {
    expect(sampleKey({ name: 'a', labels: { z: 'x"y\\\n', b: '1' } })).toBe('a{b="1",z="x\\"y\\\\\\n"}');
    expect(sampleKey({ name: 'a', labels: {} })).toBe('a');
  });
});
