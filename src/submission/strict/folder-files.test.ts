import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  ['a file that nothing refers to', { files: { 'left.md': 'x' } }, ['info file-unreferenced document | metadata:']],
  ['a README', { files: { 'README.md': 'x', LICENSE: 'y' } }, []],
  ['a picture of the README', { files: { 'README.md': '![x](pictures/x.png)', 'pictures/x.png': 'y' } }, []],
  [
    'a file named in the notes',
    {
      edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { notes: 'Four pods, see left.md.' }),
      files: { 'left.md': 'x' },
    },
    [],
  ],
  [
    'one of two files of the same name',
    {
      edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: ['a/output.md'] }),
      files: { 'a/output.md': 'x', 'b/output.md': 'y' },
    },
    ['info file-unreferenced document | metadata:'],
  ],
  [
    'a name with a blank',
    {
      edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: ['my file.md'] }),
      files: { 'my file.md': 'x' },
    },
    ['info file-name-blank gpu_sharing | "my file.md"'],
  ],
  [
    'an account name in evidence',
    {
      edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: ['x.log'] }),
      files: { 'x.log': 'cd /Users/jdoe/x' },
    },
    ['warning evidence-private-data gpu_sharing | "x.log"'],
  ],
  [
    'an account name in a file that nobody cites',
    { files: { 'README.md': 'cd /Users/jdoe/x' } },
    ['warning evidence-private-data document | metadata:'],
  ],
  ['the contact of the metadata in a file', { files: { 'README.md': 'ask conformance@meerstern.cloud' } }, []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});
