import { afterAll, describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import type { RuleContext } from '../rule.ts';
import { contextOf, type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

/** `severity rule subject => remedy` of the whole strict profile. */
function heard(options: Options, more: Partial<RuleContext> = {}): readonly string[] {
  const submission = checkout.submission(options);
  const [judgement] = judge([submission], contextOf([submission], more));
  return (judgement?.findings ?? []).map(
    ({ severity, rule, subject, remedy }) => `${severity} ${rule} ${subject} => ${remedy}`,
  );
}
const metadata = (changes: Record<string, unknown>): Options => ({ edit: (d) => Object.assign(d.metadata, changes) });
const without = (key: string): Options => ({ edit: (d) => delete d.metadata[key] });
const answer = (id: string, changes: Record<string, unknown>, files: Options['files'] = {}): Options => ({
  edit: (d) => Object.assign(entryOf(d, id), changes),
  files,
});
const start = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split(' => ')[0] ?? '');

describe('what is true is no error', () => {
  it('a logo that is not there', () => {
    expect(start(heard(without('productLogoUrl')))).toEqual(['warning metadata-field-missing productLogoUrl']);
    expect(start(heard(without('documentationUrl')))).toEqual(['error metadata-field-missing documentationUrl']);
  });

  const na = { status: 'N/A', evidence: [] };
  it('N/A with a reason for a conditional MUST', () => {
    const reason = 'On-premises with a fixed number of servers; the platform does not provide any cluster autoscaler.';
    expect(start(heard(answer('cluster_autoscaling', { ...na, notes: reason })))).toEqual([
      'warning must-na-review cluster_autoscaling',
    ]);
    const metrics = 'The accelerators that the platform runs on have no counters of their own.';
    const submission = checkout.submission(answer('accelerator_metrics', { ...na, notes: metrics }));
    const [finding] = judge([submission], contextOf([submission]))[0]?.findings ?? [];
    expect(finding).toMatchObject({ rule: 'must-not-implemented', severity: 'warning' });
    expect(finding?.message).toContain('the official validator of 2026-08 takes no N/A for a MUST');
  });
  it('but N/A without a reason, for "we do not support it", or for an unconditional MUST', () => {
    expect(start(heard(answer('pod_autoscaling', { ...na, notes: 'N/A' })))).toEqual([
      'error must-not-implemented pod_autoscaling',
      'warning na-without-reason pod_autoscaling',
    ]);
    expect(
      start(heard(answer('accelerator_metrics', { ...na, notes: 'We do not support metrics yet, sorry.' }))),
    ).toEqual(['error must-not-implemented accelerator_metrics', 'warning na-not-supported accelerator_metrics']);
    expect(
      start(heard(answer('gang_scheduling', { ...na, notes: 'All workloads of the platform have one pod each.' }))),
    ).toContain('error must-not-implemented gang_scheduling');
  });

  it('a project as vendor', () => {
    expect(start(heard(metadata({ vendorName: 'The Meerstern Project' })))).toEqual([
      'warning vendor-not-cncf-member vendorName',
    ]);
    expect(start(heard(metadata({ vendorName: 'Projective Systems' })))).toEqual([
      'error vendor-not-cncf-member vendorName',
    ]);
  });

  it('the log of a Ginkgo run called e2e.log', () => {
    const log = (end: string): readonly string[] =>
      start(heard(answer('ai_inference', { evidence: ['e2e.log'] }, { 'e2e.log': `Running Suite\n\n${end}\n` })));
    expect(log('SUCCESS! -- 11 Passed | 0 Failed | 0 Pending | 3 Skipped')).toEqual([
      'warning artifact-unparsable ai_inference',
    ]);
    expect(log('FAIL! -- 10 Passed | 1 Failed | 0 Pending | 3 Skipped')).toEqual([
      'error artifact-unparsable ai_inference',
    ]);
    expect(log('nothing')).toEqual(['error artifact-unparsable ai_inference']);
  });
});

describe('a slip gets its correction', () => {
  const missing = (item: string, files: Options['files'] = { 'sharing.md': 'four pods ran' }): string =>
    heard(answer('gpu_sharing', { evidence: [item] }, files)).find((line) =>
      line.includes('evidence-file-not-found'),
    ) ?? '';
  it.each([
    ['Sharing.md', 'Write sharing.md: capitals matter.'],
    ['shar%69ng.md', 'Write sharing.md: paths of files are not percent-encoded.'],
    ['sharing.yaml', 'Did you mean sharing.md?'],
    ['shering.md', 'Did you mean sharing.md?'],
    ['docs/sharing.md', 'Write sharing.md: paths are relative to PRODUCT.yaml, not to the checkout.'],
    [
      'see sharing.md for details',
      'Evidence is a path or a link, not a sentence: write only sharing.md, and put the words into notes.',
    ],
    [
      'shown by a demo',
      'Evidence is a path or a link, not a sentence: name a file or a link, and put the words into notes.',
    ],
    ['docs.meerstern.cloud/sharing', 'Write https://docs.meerstern.cloud/sharing'],
    ['ftp://docs.meerstern.cloud/x', 'Only https:// links and files are evidence.'],
    [' https://docs.meerstern.cloud/x', 'Take out the blank before the link.'],
    ['HTTPS://docs.meerstern.cloud/x', 'Write http(s):// in small letters.'],
  ])('%s => %s', (item, remedy) =>
    expect(missing(item)).toBe(`error evidence-file-not-found gpu_sharing => ${remedy}`),
  );
  it('names a file in another folder', () => {
    expect(missing('sharing.md', { 'evidence/sharing.md': 'x' })).toContain(
      'Write evidence/sharing.md: paths are relative to PRODUCT.yaml.',
    );
  });
  it('says nothing of its own when nobody can tell', () => {
    expect(missing('zzzzzz.bin')).toContain('Write the path relative to PRODUCT.yaml, and add the file.');
  });

  it('a key at the root, a misspelt status, a member of another name', () => {
    const outdented: Options = {
      edit: (d) => {
        const { contactEmailAddress, ...rest } = d.metadata;
        Object.assign(d, { metadata: rest, contactEmailAddress });
      },
    };
    expect(heard(outdented)[0]).toMatch(
      /^error metadata-field-missing contactEmailAddress => contactEmailAddress stands at the root of the file \(line \d+\)/,
    );
    expect(heard(answer('gpu_sharing', { status: 'implemented' }))).toEqual([
      'error status-invalid gpu_sharing => Did you mean "Implemented"?',
    ]);
    const members = new Set(['Meerstern Systems', 'Amazon Web Services', 'BC Cloud']);
    const vendor = (vendorName: string): string | undefined => heard(metadata({ vendorName }), { members })[0];
    expect(vendor('Amazon Web Services (AWS)')).toContain('Near it: Amazon Web Services.');
    expect(vendor('Meerstern System')).toContain('Near it: Meerstern Systems.');
    expect(vendor('JD Cloud')).not.toContain('Near it');
  });
});

describe('the strict profile goes on where the official validator stops', () => {
  it('after a text where a list belongs', () => {
    const options: Options = {
      edit: (d) => {
        entryOf(d, 'gpu_sharing').evidence = 'see sharing.md';
        entryOf(d, 'ai_inference').status = 'done';
      },
    };
    expect(start(heard(options))).toEqual([
      'error yaml-type-error gpu_sharing',
      'error must-not-implemented ai_inference',
      'error status-invalid ai_inference',
    ]);
  });
  it('after a key written twice', () => {
    const raw = (text: string): string =>
      text.replace('status: "Implemented"', 'status: "Implemented"\n      status: "done"');
    const said = start(heard({ raw }));
    expect(said.some((line) => line.startsWith('error yaml-duplicate-key'))).toBe(true);
    expect(said.length).toBeGreaterThanOrEqual(1);
  });
  it('not after a text that is no YAML', () => {
    const said = start(heard({ raw: (text) => `${text}\n  - [` }));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^error yaml-syntax/);
  });
});

it('says what it did not check', () => {
  const submission = checkout.submission();
  const { members: _, ...context } = contextOf([submission]);
  const [judgement] = judge([submission], context);
  expect(judgement?.notChecked.join('\n')).toMatch(/When conformance ends/);
  expect(judgement?.notChecked.join('\n')).toMatch(/member/i);
});
