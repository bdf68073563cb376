import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { processorMs } from '../testing/processor-time.ts';
import { sourceLine, visible } from './source-line.ts';

/** The character that a caret printed under the line would point at. */
function pointedAt({ text, indent }: { text: string; indent: string }): string {
  let cells = 0;
  for (const one of text) {
    if (cells >= indent.length) return one;
    cells += stringWidth(one);
  }
  return '';
}

describe('sourceLine', () => {
  it('drops the indentation and points at the column', () => {
    expect(sourceLine('    status: Done', 13, 80)).toEqual({ text: 'status: Done', indent: '        ' });
  });

  it('shows a window of a long line', () => {
    const line = `  description: "${'word '.repeat(60)}HERE ${'word '.repeat(60)}"`;
    const shown = sourceLine(line, line.indexOf('HERE') + 1, 60);
    expect(shown && pointedAt(shown)).toBe('H');
    expect(shown?.text).toMatch(/^….*HERE.*…$/);
    expect(stringWidth(shown?.text ?? '')).toBeLessThanOrEqual(60);
  });

  it('keeps the caret in place behind wide characters and tabs', () => {
    const wide = '  name: 云容器引擎 (X)';
    const shown = sourceLine(wide, wide.indexOf('(') + 1, 80);
    expect(shown && pointedAt(shown)).toBe('(');
    const tab = '\tkey:\t"v"';
    const second = sourceLine(tab, tab.indexOf('"') + 1, 80);
    expect(second && pointedAt(second)).toBe('"');
  });

  it('has nothing to show for an empty line or a place outside', () => {
    expect(sourceLine('   ', 1, 80)).toBeUndefined();
    expect(sourceLine(undefined, 1, 80)).toBeUndefined();
    expect(sourceLine('abc', 9, 80)).toBeUndefined();
  });

  it('never exceeds the width and never throws', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => text.replace(/\n/g, ' '));
    const property = fc.property(line, fc.nat(300), fc.integer({ min: 30, max: 120 }), (text, at, width) => {
      const shown = sourceLine(text, at + 1, width);
      return shown === undefined || stringWidth(shown.text) <= width;
    });
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject({ failed: false });
  });
});

describe('visible', () => {
  it('shows escape sequences, bells and direction marks instead of sending them', () => {
    expect(visible('a\u001b[31mb\u0007\u202Ec')).toBe('a␛[31mb␇\\u{202e}c');
  });
});

describe('a line of megabytes', () => {
  const line = `a: "${'é'.repeat(3_000_000)}"`;

  it('is shown as quickly as any other', () => {
    const took = processorMs(() => {
      for (const column of [1, 4, 1_500_000, line.length]) {
        const shown = sourceLine(line, column, 100);
        expect(stringWidth(shown?.text ?? '')).toBeLessThanOrEqual(100);
        expect(shown?.indent.length).toBeLessThan(100);
      }
    }, 1000);
    expect(took).toBeLessThan(1000);
  });
});
