import { afterAll, expect, it } from 'vitest';
import type { Submission } from '../submission.ts';
import { contextOf, inLines, type Options, SyntheticCheckout, strictFindings } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function second(options: Options, first: Options = {}): readonly string[] {
  const before = checkout.submission({ version: '1.35', ...first });
  const after = checkout.submission({ version: '1.36', ...options });
  return inLines(strictFindings(after, contextOf([before, after])), after);
}
const same = 'https://docs.meerstern.cloud/platform/manual/sharing';
const cites = (item: string): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [item] }),
});

it('is silent about two versions with evidence of their own', () => {
  expect(second({})).toEqual([]);
});

it('tells which requirements cite exactly the evidence of the version before', () => {
  expect(second(cites(same), cites(same))).toEqual([
    'info evidence-list-inherited gpu_sharing | "https://docs.meerstern.',
  ]);
  // One item more is another list; another product is another family.
  expect(
    second(cites(same), { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [same, `${same}#2`] }) }),
  ).toEqual([]);
  expect(second(cites(same), { ...cites(same), product: 'landstern' })).toEqual(
    // The folder of the first test is still there, but not among the siblings.
    [],
  );
});

it('compares with the nearest version before, never with a later one', () => {
  const oldest = checkout.submission({
    version: '1.34',
    edit: (d) => Object.assign(entryOf(d, 'ai_inference'), { evidence: [same] }),
  });
  const middle = checkout.submission({ version: '1.35' });
  const newest = checkout.submission({
    version: '1.36',
    edit: (d) => Object.assign(entryOf(d, 'ai_inference'), { evidence: [same] }),
  });
  const said = (one: Submission): readonly string[] =>
    inLines(strictFindings(one, contextOf([newest, oldest, middle])), one);
  expect([oldest, middle, newest].map(said)).toEqual([[], [], []]);
});

it('tells which files are byte for byte those of the version before', () => {
  const files = { 'sharing.md': 'Four pods ran.' };
  const changed = { 'sharing.md': 'Four pods ran again.' };
  const heard = ['info evidence-list-inherited gpu_sharing | "sharing.md"'];
  expect(second({ ...cites('sharing.md'), files }, { ...cites('sharing.md'), files })).toEqual([
    ...heard,
    'warning evidence-file-inherited gpu_sharing | "sharing.md"',
  ]);
  expect(second({ ...cites('sharing.md'), files: changed }, { ...cites('sharing.md'), files })).toEqual([]);
});

it('tells when vendor or folder are spelled otherwise in another version', () => {
  const renamed: Options = { edit: (d) => Object.assign(d.metadata, { vendorName: 'Meerstern Systems (MS)' }) };
  expect(second({}, renamed)).toEqual(['info vendor-name-changed vendorName | "Meerstern Systems"']);
  expect(second({}, { product: 'Meerstern' })).toEqual(['info folder-name-changed document | metadata:']);
});
