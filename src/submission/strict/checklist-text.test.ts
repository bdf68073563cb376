import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { descriptionOf, entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const gang = descriptionOf('gang_scheduling', '1.36');
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'a shortened description',
    { edit: (d) => Object.assign(entryOf(d, 'gang_scheduling'), { description: gang.slice(0, 40) }) },
    ['error description-changed gang_scheduling | "Synthetic description o'],
  ],
  [
    'one letter of the description in another case',
    { edit: (d) => Object.assign(entryOf(d, 'gang_scheduling'), { description: gang.replace('S', 's') }) },
    ['error description-changed gang_scheduling | "synthetic description o'],
  ],
  [
    'a description that is not there',
    { edit: (d) => delete entryOf(d, 'gang_scheduling').description },
    ['error description-changed gang_scheduling | id: "gang_scheduling"'],
  ],
  [
    'a description folded over lines',
    {
      raw: (text) => text.replace(`"${gang}"`, `|\n          ${gang.replace(', ', ',\n          ')}\n`),
    },
    ['info description-whitespace gang_scheduling | |'],
  ],
  [
    'a level of another version',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { level: 'MUST' }) },
    ['error level-changed gpu_sharing | "MUST"'],
  ],
  [
    'a level that is not there',
    { edit: (d) => delete entryOf(d, 'gpu_sharing').level },
    ['error level-changed gpu_sharing | id: "gpu_sharing"'],
  ],
  ['a description in single quotes', { raw: (text) => text.replace(`"${gang}"`, `'${gang}'`) }, []],
  ['a plain description', { raw: (text) => text.replace(`"${gang}"`, gang) }, []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

it('says which version a description belongs to', () => {
  const description = descriptionOf('accelerator_metrics', '1.36');
  const submission = checkout.submission({
    version: '1.37',
    edit: (d) => Object.assign(entryOf(d, 'accelerator_metrics'), { description }),
  });
  const [finding] = [...checkout.findings(submission)];
  expect(finding?.message).toContain('it is the text of the checklist of 1.36');
});
