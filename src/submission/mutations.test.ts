import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import fc from '../../test/property.ts';
import { type Judgement, judge } from './judge.ts';
import { OFFICIAL_FACTS } from './official-facts.ts';
import { submissionFrom } from './read/read-submission.ts';
import { processorMs } from './testing/processor-time.ts';

const ROOT = resolve(import.meta.dirname, '../../examples');
const BASES = ['v1.37/sound', 'v1.37/flawed'].map((folder) => {
  const file = join(ROOT, folder, 'PRODUCT.yaml');
  return { file, bytes: readFileSync(file) };
});
const RULES = new Set(OFFICIAL_FACTS.map(({ id }) => id));
const MEMBERS = new Set(['Acme']);
const PROFILES = ['official', 'official-2026-08'] as const;
/** Documents that are judged. */
const DOCUMENTS = 10_000;

/** Pieces that mean something to YAML, to a decoder or to a path. */
const piece = fc.constantFrom(
  '\n',
  '\r\n',
  '\r',
  '\t',
  ' ',
  '  ',
  '\0',
  '\x07',
  '\x85',
  '\u2028',
  '\ufeff',
  '\ud83d\ude00',
  '\u00e9',

  ':',
  ': ',
  '- ',
  '? ',
  '#',
  ' # x',
  '&a ',
  '*a',
  '!!str ',
  '!!int ',
  '!x ',
  '|\n',
  '>-\n',
  '"',
  "'",
  '\\',
  '%',
  '@',
  '`',

  '[',
  ']',
  '{',
  '}',
  ',',
  '<<: *a',
  '<<: {a: b}',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '~',
  'null',
  'yes',
  '1.0',
  '2026-01-01',

  '[[[[[[[[[[',
  '{a: {a: {a: ',
  'N/A',
  '../../..',
  'junit.xml#TestX',
  'file:///',
  'v1.36/other/x',
  'a'.repeat(2000),
  ' '.repeat(600),
);

type Edit = (bytes: Uint8Array) => Uint8Array;
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array | string): Uint8Array {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(insert as string), bytes.subarray(start + remove)]);
}

function ofLines(bytes: Uint8Array, change: (lines: string[], index: number) => string[], at: number): Uint8Array {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  return Buffer.from(change(lines, Math.floor(at * lines.length)).join('\n'), 'latin1');
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, piece).map(
    ([at, text]): Edit =>
      (bytes) =>
        splice(bytes, at, 0, text),
  ),
  fc.tuple(place, fc.nat(40)).map(
    ([at, count]): Edit =>
      (bytes) =>
        splice(bytes, at, count, ''),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(
    ([at, raw]): Edit =>
      (bytes) =>
        splice(bytes, at, raw.length, raw),
  ),
  place.map(
    (at): Edit =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, place).map(
    ([at, to]): Edit =>
      (bytes) =>
        ofLines(bytes, (lines, index) => lines.toSpliced(Math.floor(to * lines.length), 0, lines[index] ?? ''), at),
  ),
  place.map(
    (at): Edit =>
      (bytes) =>
        ofLines(bytes, (lines, index) => lines.toSpliced(index, 1), at),
  ),
  fc.tuple(place, fc.nat(6)).map(
    ([at, by]): Edit =>
      (bytes) =>
        ofLines(bytes, (lines, index) => lines.with(index, ' '.repeat(by) + (lines[index] ?? '').trimStart()), at),
  ),
  fc.tuple(place, piece).map(
    ([at, text]): Edit =>
      (bytes) =>
        ofLines(
          bytes,
          (lines, index) =>
            lines.with(
              index,
              (lines[index] ?? '').replace(/(: ?|- ).*/, (_, lead: string) => lead + text),
            ),
          at,
        ),
  ),
  fc.constant((bytes: Uint8Array) =>
    Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  ),
  fc.constant((bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(Buffer.from(bytes).toString(), 'utf16le')]),
  ),
);

describe('documents changed at random', () => {
  it(`${DOCUMENTS} of them: no crash, none takes a second, and every finding is of a known rule at a place in the file`, {
    timeout: 180_000,
  }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BASES),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        ({ file, bytes }, edits) => {
          const changed = edits.reduce((document, change) => change(document), bytes as Uint8Array);
          const read = () => submissionFrom(changed, file, ROOT);
          let submission = read();
          let judged: readonly Judgement[] = [];
          const took = processorMs(() => {
            submission = read();
            const both = { members: MEMBERS, siblings: [submission] };
            judged = PROFILES.flatMap((profile) => judge([submission], { profile, ...both }));
          }, 1000);
          expect(took).toBeLessThan(1000);
          const lines = submission.text.split('\n');
          const wrong = judged
            .flatMap(({ findings }) => findings)
            .filter(({ rule, line, column }) => {
              const width = lines[line - 1]?.length;
              return !RULES.has(rule) || width === undefined || column < 1 || column > width + 1;
            });
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: DOCUMENTS },
    );
  });
});
