import { createRequire } from 'node:module';
import { stripVTControlCharacters, styleText } from 'node:util';
import AjvDraft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding.ts';
import { githubOutput } from './github.ts';
import { jsonOutput } from './json.ts';
import { sarifOutput } from './sarif.ts';
import { textOutput } from './text.ts';
import type { ValidationReport } from './validation-report.ts';

const TEXT = [
  'metadata:',
  '  vendorName: "[Vendor Name]"',
  `  description: ${'long '.repeat(40)}end`,
  'spec: {}',
  '',
].join('\n');

const placeholder: Finding = {
  rule: 'metadata-field-placeholder',
  severity: 'error',
  subject: 'vendorName',
  message: 'vendorName still has the value of the template, "[Vendor Name]".',
  remedy: 'Write the name as the CNCF landscape has it.',
  line: 2,
  column: 15,
};
const nasty: Finding = {
  rule: 'spec-category-missing',
  severity: 'warning',
  subject: 'a,b:c',
  message: '100% of\nit, \u001b[2Jreally: is missing',
  remedy: 'Add it.',
  line: 4,
  column: 1,
};

const report: ValidationReport = {
  profile: 'official',
  version: '1.2.3',
  rules: [
    {
      id: 'metadata-field-placeholder',
      severity: 'error',
      profiles: ['strict', 'official'],
      reason: 'A value of the template was left in.',
      remedy: 'Replace it.',
      source: 'validator',
    },
  ],
  submissions: [
    { path: 'v1.36/acme/PRODUCT.yaml', ok: true, findings: [], notChecked: ['links (--online)'], text: TEXT },
    {
      path: 'v1.36/bad name/PRODUCT.yaml',
      ok: false,
      findings: [
        placeholder,
        { ...placeholder, rule: 'vendor-not-cncf-member', message: 'Not a member.', remedy: 'Join.' },
        { ...placeholder, line: 3, column: 16, message: 'Again.' },
        nasty,
      ],
      notChecked: ['links (--online)', 'history'],
      text: TEXT,
    },
    {
      path: 'v1.37/other/PRODUCT.yaml',
      ok: true,
      findings: [{ ...nasty, severity: 'info', message: 'Good to know.' }],
      notChecked: [],
      text: TEXT,
    },
  ],
};

const plain = { paint: (_: unknown, text: string): string => text, width: 80 };

describe('text', () => {
  it('groups by file, shows the line once, gives an advice once, and sums up', () => {
    expect(textOutput(report, plain)).toMatchInlineSnapshot(`
      "v1.36/acme/PRODUCT.yaml  ok

      v1.36/bad name/PRODUCT.yaml  3 errors, 1 warning

        2:15  error metadata-field-placeholder vendorName
              vendorName still has the value of the template, "[Vendor Name]".
              │ vendorName: "[Vendor Name]"
              │             ^
              → Write the name as the CNCF landscape has it.

        2:15  error vendor-not-cncf-member vendorName
              Not a member.
              → Join.

        3:16  error metadata-field-placeholder vendorName
              Again.
              │ description: long long long long long long long long long long long l…
              │              ^

         4:1  warning spec-category-missing a,b:c
              100% of
              it, ␛[2Jreally: is missing
              │ spec: {}
              │ ^
              → Add it.

      v1.37/other/PRODUCT.yaml  1 info

             info spec-category-missing
        4:1  Good to know.
             → Add it.

      Not checked
        - links (--online) (2 of 3 submissions)
        - history (1 of 3 submissions)

      1 of 3 submissions with errors: 3 errors, 1 warning, 1 info (profile official).
      \`plimsoll explain RULE\` tells more about a rule.
      "
    `);
  });

  it('says of a clean set that nothing was found, in one paragraph', () => {
    const clean = { ...report, submissions: report.submissions.slice(0, 1) };
    expect(textOutput(clean, plain)).toMatchInlineSnapshot(`
      "v1.36/acme/PRODUCT.yaml  ok

      Not checked
        - links (--online)

      1 submission without an error: no findings (profile official).
      "
    `);
  });

  it('never lets a file send control characters', () => {
    expect(textOutput(report, plain)).not.toContain('\u001b');
  });

  it('paints without changing a word', () => {
    const paint: typeof plain.paint = (style, text) => styleText(style as 'red', text, { validateStream: false });
    const painted = textOutput(report, { paint, width: 80 });
    expect(painted).toContain('\u001b[31m');
    expect(stripVTControlCharacters(painted)).toBe(textOutput(report, plain));
  });

  it('breaks no line when the width is unknown', () => {
    const whole = textOutput(report, { ...plain, width: undefined });
    expect(whole).toContain(placeholder.message);
  });
});

describe('json', () => {
  it('has exactly the published shape', () => {
    const [clean, bad] = (JSON.parse(jsonOutput(report)) as { submissions: { findings: unknown[] }[] }).submissions;
    expect(clean).toEqual({
      path: 'v1.36/acme/PRODUCT.yaml',
      ok: true,
      findings: [],
      notChecked: ['links (--online)'],
    });
    expect(Object.keys(bad?.findings[0] as object)).toEqual([
      'rule',
      'severity',
      'subject',
      'message',
      'remedy',
      'line',
      'column',
    ]);
  });
});

describe('github', () => {
  it('escapes what would end a command early', () => {
    expect(githubOutput(report)).toMatchInlineSnapshot(`
      "::error file=v1.36/bad name/PRODUCT.yaml,line=2,col=15,title=metadata-field-placeholder (vendorName)::vendorName still has the value of the template, "[Vendor Name]".%0AWrite the name as the CNCF landscape has it.
      ::error file=v1.36/bad name/PRODUCT.yaml,line=2,col=15,title=vendor-not-cncf-member (vendorName)::Not a member.%0AJoin.
      ::error file=v1.36/bad name/PRODUCT.yaml,line=3,col=16,title=metadata-field-placeholder (vendorName)::Again.%0AWrite the name as the CNCF landscape has it.
      ::warning file=v1.36/bad name/PRODUCT.yaml,line=4,col=1,title=spec-category-missing (a%2Cb%3Ac)::100%25 of%0Ait, [2Jreally: is missing%0AAdd it.
      ::notice file=v1.37/other/PRODUCT.yaml,line=4,col=1,title=spec-category-missing (a%2Cb%3Ac)::Good to know.%0AAdd it.
      not checked: links (--online)
      not checked: history
      plimsoll validate (profile official): 3 errors, 1 warning, 1 info in 3 submissions
      "
    `);
  });
});

describe('sarif', () => {
  const require = createRequire(import.meta.url);
  const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object;
  const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  const valid = ajv.compile(schema);

  it('is valid against the schema of 2.1.0', () => {
    const log: unknown = JSON.parse(sarifOutput(report));
    expect(valid(log) ? [] : valid.errors).toEqual([]);
  });

  it('would notice a log that is not', () => {
    const log = JSON.parse(sarifOutput(report)) as { runs: { results: { level: string }[] }[] };
    const [first] = log.runs[0]?.results ?? [];
    if (first) first.level = 'fatal';
    expect(valid(log)).toBe(false);
  });

  it('gives places, encoded paths, rules that spoke and distinct fingerprints', () => {
    const [run] = (JSON.parse(sarifOutput(report)) as Sarif).runs;
    expect(run?.tool.driver.rules.map((rule) => rule.id)).toEqual([
      'metadata-field-placeholder',
      'spec-category-missing',
      'vendor-not-cncf-member',
    ]);
    const [first] = run?.results ?? [];
    expect(first?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'v1.36/bad%20name/PRODUCT.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 2, startColumn: 15, endColumn: 30, snippet: { text: '"[Vendor Name]"' } },
    });
    const prints = run?.results.map((one) => one.partialFingerprints['plimsollFinding/v1']) ?? [];
    expect(new Set(prints).size).toBe(5);
    for (const result of run?.results ?? []) {
      expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    }
  });
});

interface Sarif {
  runs: {
    tool: { driver: { rules: { id: string }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      locations: { physicalLocation: object }[];
      partialFingerprints: Record<string, string>;
    }[];
  }[];
}
