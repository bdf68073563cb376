import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const cites = (item: string, files: Options['files'] = {}): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [item] }),
  files,
});
const at = (item: string): string => `gpu_sharing | ${JSON.stringify(item).slice(0, 24)}`;
const long = `${'a'.repeat(300)}.md`;

const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'a link to a file outside',
    cites('out.md', { 'out.md': { linkTo: '/etc/hostname' } }),
    [`error evidence-symlink-escapes ${at('out.md')}`],
  ],
  [
    'a file behind a folder that is linked to the outside',
    cites('out/hostname', { out: { linkTo: '/etc' } }),
    [`error evidence-symlink-escapes ${at('out/hostname')}`],
  ],
  ['a link that leads nowhere', cites('out.md', { 'out.md': { linkTo: 'nowhere.md' } }), []],
  ['a link to another file of the folder', cites('x.md', { 'x.md': { linkTo: 'gang.md' } }), []],
  ['a link to itself', cites('x.md', { 'x.md': { linkTo: 'x.md' } }), [`error evidence-unreadable ${at('x.md')}`]],
  ['a name that is too long', cites(long), [`error evidence-unreadable ${at(long)}`]],
  ['a path through a file', cites('gang.md/more.md'), [`error evidence-unreadable ${at('gang.md/more.md')}`]],
  [
    'a folder',
    cites('results', { 'results/a.md': 'shared by four pods' }),
    [`warning evidence-directory ${at('results')}`],
  ],
  [
    'the product folder itself, which the official validator reports',
    cites('./'),
    ['info file-unreferenced document | metadata:'].slice(1),
  ],
  ['an empty file', cites('empty.md', { 'empty.md': '' }), [`error evidence-file-empty ${at('empty.md')}`]],
  [
    'a file that is too large to be read',
    cites('large.log', { 'large.log': Buffer.alloc(9 * 1024 * 1024, 'x') }),
    [`info evidence-file-too-large ${at('large.log')}`],
  ],
  [
    // Two spellings of one folder: what a file system that ignores capitals makes of any path.
    'a path in other capitals than the file',
    cites('results/a.md', { 'Results/a.md': 'shared by four pods', results: { linkTo: 'Results' } }),
    [`error evidence-case-mismatch ${at('results/a.md')}`],
  ],
  ['a path with file:// and a fragment', cites('file://gang.md#what-was-done'), []],
  ['a path from the checkout', cites('v1.36/meerstern/gang.md'), []],
  ['a path with a dot and a slash', cites('./gang.md'), []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

it('a NUL in a path is no file', () => {
  const heard = checkout.heard(cites('gang.md\0.png'));
  expect(heard).toContainEqual(expect.stringMatching(/^error evidence-unreadable gpu_sharing/));
});
