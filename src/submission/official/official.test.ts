import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Judgement, judge } from '../judge.ts';
import { readSubmission } from '../read/read-submission.ts';
import type { LinkAnswer, RuleContext } from '../rule.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'plimsoll-official-'));
const FOLDER = join(ROOT, 'v1.37/acme');
beforeEach(() => {
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
});
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

function judged(text: string, more: Partial<RuleContext> = {}): Judgement {
  writeFileSync(join(FOLDER, 'PRODUCT.yaml'), text);
  const submission = readSubmission(join(FOLDER, 'PRODUCT.yaml'), ROOT);
  const [judgement] = judge([submission], { profile: 'official', siblings: [submission], ...more });
  if (!judgement) throw new Error('nothing was judged');
  return judgement;
}

/** A spec with one answered requirement. */
const spec = (id: string, category: string, ...evidence: readonly string[]): string =>
  `spec:\n  ${category}:\n  - id: ${id}\n    status: Implemented\n    evidence:\n${evidence.map((item) => `    - ${JSON.stringify(item)}\n`).join('')}`;

const lines = ({ findings }: Judgement, rule: RegExp): readonly string[] =>
  findings
    .filter((one) => rule.test(one.rule))
    .map((one) => `${one.line}:${one.column} ${one.severity} ${one.rule} ${one.subject}`);

describe('official', () => {
  it('says what it did not look at, and nothing when it looked at everything', () => {
    const text =
      'metadata:\n  vendorName: Acme\n  websiteUrl: https://acme.example\n' +
      spec('ai_inference', 'networking', 'https://a.example', 'https://b.example');
    expect(judged(text).notChecked).toEqual([
      'Its links were not asked (--online does that).',
      'vendorName was not compared with the names of the CNCF members (--members FILE does that)',
    ]);
    const ok: LinkAnswer = { class: 'ok', status: 200, asked: true, detail: 'HTTP 200' };
    const links = new Map(['https://acme.example', 'https://a.example', 'https://b.example'].map((url) => [url, ok]));
    expect(judged(text, { links, members: new Set(['Acme']) }).notChecked).toEqual([]);
  });

  it('takes a link as dead when the official validator would', () => {
    const url = 'https://a.example';
    const dead = (answer: LinkAnswer): Judgement =>
      judged(spec('ai_inference', 'networking', url), { links: new Map([[url, answer]]) });
    const rule = /url-dead/;
    expect(lines(dead({ class: 'dead', status: 404, asked: true, detail: 'HTTP 404' }), rule)).toEqual([
      '6:7 error evidence-url-dead ai_inference',
    ]);
    expect(lines(dead({ class: 'unverifiable', status: 403, asked: true, detail: 'HTTP 403' }), rule)).toHaveLength(1);
    expect(lines(dead({ class: 'moved', status: 200, asked: true, detail: 'moved' }), rule)).toEqual([]);
    const silent = dead({
      class: 'unverifiable',
      status: undefined,
      asked: false,
      detail: 'the address is not public',
    });
    expect(lines(silent, rule)).toEqual([]);
    expect(silent.notChecked).toContain('https://a.example: the address is not public');
  });

  it('speaks once about a test result as a whole, by the first requirement of the checklist that cites it', () => {
    writeFileSync(join(FOLDER, 'e2e.log'), '--- FAIL: TestGangScheduling\n--- PASS: TestSecureAcceleratorAccess\n');
    const text =
      'spec:\n  security:\n  - {id: secure_accelerator_access, status: Implemented, evidence: [e2e.log]}\n  schedulingOrchestration:\n  - {id: gang_scheduling, status: Implemented, evidence: [e2e.log, e2e.log]}\n';
    expect(lines(judged(text), /^artifact-/)).toEqual([
      '5:59 error artifact-has-failing-tests gang_scheduling',
      '5:59 error artifact-test-failed gang_scheduling',
      '5:68 error artifact-test-failed gang_scheduling',
    ]);
  });

  it('does not open what lies outside of the product folder, and says so', () => {
    writeFileSync(join(ROOT, 'e2e.log'), '--- FAIL: TestGangScheduling\n');
    symlinkSync('../../e2e.log', join(FOLDER, 'e2e.log'));
    const judgement = judged(spec('gang_scheduling', 'schedulingOrchestration', 'e2e.log'));
    expect(lines(judgement, /^artifact-|^evidence-/)).toEqual([]);
    expect(judgement.notChecked).toContain('v1.37/acme/e2e.log was not read: a symbolic link leads out of its folder');
  });

  it('points at the key, the category or the section when something is missing', () => {
    const judgement = judged('metadata:\n  platformName: ~\nspec:\n  networking: []\n');
    expect(
      lines(judgement, /missing/).filter((line) => /platformName|platformVersion|ai_inference|security/.test(line)),
    ).toEqual([
      '1:1 error metadata-field-missing platformVersion',
      '2:3 error metadata-field-missing platformName',
      '3:1 error spec-category-missing security',
      '4:3 error requirement-missing ai_inference',
    ]);
  });

  it('names the requirement that a value of a wrong type belongs to', () => {
    const text = 'spec:\n  networking:\n  - status: N/A\n    evidence: N/A\n    id: ai_inference\n  - evidence: N/A\n';
    expect(lines(judged(text), /./)).toEqual([
      '4:15 error yaml-type-error ai_inference',
      '6:15 error yaml-type-error networking',
    ]);
  });

  it('names the key that is written twice, or the requirement that it belongs to', () => {
    const twice = (text: string): readonly string[] => lines(judged(text), /duplicate/);
    expect(twice('metadata:\n  platformName: a\n  platformName: b\n')).toEqual([
      '3:3 error yaml-duplicate-key platformName',
    ]);
    expect(twice('spec:\n  security: []\n  security: []\n')).toEqual(['3:3 error yaml-duplicate-key security']);
    expect(twice('metadata: {}\nmetadata: {}\n')).toEqual(['2:1 error yaml-duplicate-key metadata']);
    expect(twice('spec:\n  networking:\n  - id: ai_inference\n    notes: a\n    notes: b\n')).toEqual([
      '5:5 error yaml-duplicate-key ai_inference',
    ]);
  });

  it('reads no PRODUCT.yaml that a symbolic link puts outside of the checkout', () => {
    const secret = mkdtempSync(join(tmpdir(), 'plimsoll-secret-'));
    writeFileSync(join(secret, 'PRODUCT.yaml'), 'metadata: {a: secret}\n');
    mkdirSync(join(ROOT, 'v1.36/linked'), { recursive: true });
    symlinkSync(join(secret, 'PRODUCT.yaml'), join(ROOT, 'v1.36/linked/PRODUCT.yaml'));
    const submission = readSubmission(join(ROOT, 'v1.36/linked/PRODUCT.yaml'), ROOT);
    rmSync(secret, { recursive: true });
    expect(submission.text).toBe('');
    const [judgement] = judge([submission], { profile: 'official', siblings: [submission] });
    expect(judgement?.findings).toMatchObject([
      { rule: 'file-unreadable', message: 'The file was not read: a symbolic link leads out of its folder.' },
    ]);
  });

  it('stops where the official validator stops', () => {
    mkdirSync(join(ROOT, 'products/acme'), { recursive: true });
    writeFileSync(join(ROOT, 'products/acme/PRODUCT.yaml'), '[');
    const elsewhere = readSubmission(join(ROOT, 'products/acme/PRODUCT.yaml'));
    const [judgement] = judge([elsewhere], { profile: 'official', siblings: [elsewhere] });
    expect(judgement?.findings.map(({ rule }) => rule)).toEqual(['version-not-in-path']);
    expect(judged('[').findings.map(({ rule }) => rule)).toEqual(['yaml-syntax']);
    mkdirSync(join(ROOT, 'v1.2/acme'), { recursive: true });
    writeFileSync(join(ROOT, 'v1.2/acme/PRODUCT.yaml'), '[');
    const old = readSubmission(join(ROOT, 'v1.2/acme/PRODUCT.yaml'));
    expect(judge([old], { profile: 'official', siblings: [old] })[0]?.findings.map(({ rule }) => rule)).toEqual([
      'schema-not-found',
    ]);
  });

  it('has a bound on what is said about one subject', () => {
    const items = Array.from({ length: 3000 }, (_, index) => `missing-${index}.md`);
    const judgement = judged(spec('ai_inference', 'networking', ...items));
    const missing = judgement.findings.filter(({ rule }) => rule === 'evidence-file-not-found');
    expect(missing).toHaveLength(50);
    expect(missing.at(-1)?.message).toMatch(/\(and 1950 more like this\)$/);
    expect(judgement.notChecked.join()).toMatch(/1000 evidence items of ai_inference, behind the first 2000/);
  });
});
