import { afterAll, expect, it } from 'vitest';
import { SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const spoilt: readonly [name: string, id: string, changes: Record<string, unknown>, heard: readonly string[]][] = [
  ['a MUST with empty notes', 'ai_inference', { notes: '' }, ['info must-without-notes ai_inference | ""']],
  [
    'a MUST with notes that are null',
    'ai_inference',
    { notes: null },
    ['info must-without-notes ai_inference | id: "ai_inference"'],
  ],
  [
    'a MUST whose notes repeat the status',
    'ai_inference',
    { notes: 'Implemented.' },
    ['info must-without-notes ai_inference | "Implemented."'],
  ],
  ['a SHOULD without notes', 'gpu_sharing', { notes: '' }, []],
  [
    'a SHOULD that is not implemented, without a word',
    'gpu_sharing',
    { notes: '', status: 'Not Implemented', evidence: [] },
    ['info not-implemented-without-notes gpu_sharing | ""'],
  ],
  [
    'a SHOULD that is not implemented, with a word',
    'gpu_sharing',
    { notes: 'Planned for release 8.', status: 'Not Implemented', evidence: [] },
    [],
  ],
];

it.each(spoilt)('judges %s', (_, id, changes, heard) => {
  expect(checkout.heard({ edit: (d) => Object.assign(entryOf(d, id), changes) })).toEqual(heard);
});
