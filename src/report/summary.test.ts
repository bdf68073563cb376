import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import fc from '../../test/property.ts';
import { summaryMarkdown } from './summary.ts';
import { scriptedCase, scriptedReport } from './testing/scripted-report.ts';

/** As GitHub renders it, and even more generous: dangerous HTML would come through. */
const rendered = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
/** What a reader sees of a piece of HTML. */
const seen = (html: string): string =>
  html
    .replace(/<!--.*?-->/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ENTITIES[name] ?? '');

describe('summary.md', () => {
  it('has the verdicts, what to do, the leftovers and the sentence that it certifies nothing', () => {
    const text = summaryMarkdown(
      scriptedReport(
        [
          scriptedCase('r/a', { outcome: 'pass', bar: 'official', official: 'pass' }),
          scriptedCase('r/b', { outcome: 'inconclusive', remedy: 'Add a node.' }),
        ],
        {
          leftovers: [
            {
              ref: { apiVersion: 'v1', kind: 'Pod', name: 'stays' },
              why: 'a finalizer',
              finalizers: ['x'],
              remedy: 'Remove it.',
            },
          ],
        },
      ),
    );
    expect(text).toContain('| `r` | MUST | ? **inconclusive (capacity)** | ✓ pass | r/b: r/b came to inconclusive |');
    expect(text).toContain('**Add a node.**');
    expect(text).toContain('| `Pod stays` | a finalizer | Remove it. |');
    expect(text).toContain('not a certification');
    expect(text).not.toMatch(/simulated/);
  });

  it('shows any text as text: no element, no further row or cell, no mention', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'<>|`*_[]()#@&\\!~-=+.1: \na/"\''.split('')), maxLength: 20 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '| a | b |',
        '@kubernetes',
        '&lt;b&gt;',
      ),
    );
    const plain = rendered(
      summaryMarkdown(scriptedReport([scriptedCase('r/x', { outcome: 'fail', because: 'words' })])),
    );
    const shape = (html: string): string => (html.match(/<\/?[a-z][^>]*>/g) ?? []).join('');
    fc.assert(
      fc.property(hostile, (text) => {
        const because = `w ${text} w`;
        const html = rendered(summaryMarkdown(scriptedReport([scriptedCase('r/x', { outcome: 'fail', because })])));
        expect(shape(html)).toBe(shape(plain));
        expect(html).not.toMatch(/@[a-z]/i);
        const clean = because.replace(/[\s\p{Cc}]+/gu, ' ').trim();
        expect(seen(html)).toContain(clean);
      }),
    );
  });
});
