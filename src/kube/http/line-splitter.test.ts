import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { LineSplitter } from './line-splitter.ts';

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut, in the middle of a character too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))),
        fc.string().filter((text) => !text.includes('\n')),
        fc.array(fc.nat({ max: 40 })),
        (lines, rest, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + rest);
          const splitter = new LineSplitter();
          const got: string[] = [];
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            for (const line of splitter.push(bytes.subarray(at, at + cut))) got.push(line.toString());
            at += cut;
          }
          expect(got).toEqual(lines);
          expect(splitter.rest().toString()).toBe(rest);
        },
      ),
    );
  });
});
