import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf, type SyntheticDocument } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function move(document: SyntheticDocument, id: string, category: string): void {
  const entry = entryOf(document, id);
  for (const entries of Object.values(document.spec))
    if (entries.includes(entry)) entries.splice(entries.indexOf(entry), 1);
  document.spec[category] = [...(document.spec[category] ?? []), entry];
}

const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'an id answered twice',
    { edit: (d) => d.spec['operator']?.push({ ...entryOf(d, 'robust_controller') }) },
    [
      // The second answer has the same notes and links; only the copy is worth a word.
      'error requirement-duplicate robust_controller | "robust_controller"',
    ],
  ],
  [
    'a requirement in another category',
    { edit: (d) => move(d, 'secure_accelerator_access', 'operator') },
    ['error requirement-misplaced secure_accelerator_access | "secure_accelerator_acce'],
  ],
  [
    'a misspelt id',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { id: 'gpu_shering' }) },
    ['warning requirement-unknown gpu_shering | "gpu_shering"'],
  ],
  [
    'an id of another version',
    {
      edit: (d) =>
        d.spec['accelerators']?.push({ ...entryOf(d, 'gpu_sharing'), id: 'dra_support', notes: 'Claims are served.' }),
    },
    ['warning requirement-unknown dra_support | "dra_support"'],
  ],
  [
    'an entry without an id',
    { edit: (d) => delete entryOf(d, 'gpu_sharing').id },
    ['error requirement-without-id accelerators | description: "Synthetic '],
  ],
  [
    'a category of another name',
    { edit: (d) => Object.assign(d.spec, { operators: [] }) },
    ['warning category-unknown operators | operators: []'],
  ],
  [
    'categories in another order',
    { edit: (d) => Object.assign(d, { spec: Object.fromEntries(Object.entries(d.spec).toReversed()) }) },
    [],
  ],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

it('suggests the id that was meant, and names the versions that have an id', () => {
  const messages = (id: string): string[] => {
    const submission = checkout.submission({ edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { id }) });
    return checkout.findings(submission).map((one) => one.message);
  };
  expect(messages('GPU-sharing').join()).toContain('Did you mean gpu_sharing?');
  expect(messages('workload_sandboxing').join()).toContain('it is in 1.37');
  expect(messages('something_else').join()).not.toContain('Did you mean');
});
