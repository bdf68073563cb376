import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

const LARGE = 3 * 1024 * 1024;
/** Text of about 3 MB. */
const fill = (piece: string): string => piece.repeat(Math.ceil(LARGE / Buffer.byteLength(piece)));

/** Nine levels of ten aliases each. */
const BOMB = `metadata:\n  l0: &l0 [${'x, '.repeat(10)}]\n${Array.from({ length: 9 }, (_, level) => `  l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]\n`).join('')}`;
const ENTRY =
  '  - id: gpu_sharing\n    description: "words of it"\n    status: Implemented\n    evidence:\n    - https://example.com/x\n    notes: "a note"\n';

/** What each file must be told, at least. */
const FILES: readonly (readonly [name: string, rule: string, content: string | Uint8Array])[] = [
  ['many entries', 'metadata-section-missing', `spec:\n  accelerators:\n${fill(ENTRY)}`],
  [
    'a long list of evidence',
    'evidence-file-not-found',
    `spec:\n  security:\n  - id: secure_accelerator_access\n    evidence:\n${fill('    - missing.md\n')}`,
  ],
  ['a long list of numbers', 'metadata-field-missing', `metadata:\n  a:\n${fill('  - 1\n')}`],
  [
    'a long text',
    'metadata-field-missing',
    `metadata:\n  description: |\n${fill('    words and words and words and words\n')}`,
  ],
  ['a text of short lines', 'metadata-field-missing', `metadata:\n  description: >\n${fill('    a\n')}`],
  ['one long line', 'metadata-field-missing', `metadata: {description: "${fill('\ud83d\ude00 ')}"}`],
  ['blanks inside a name', 'metadata-field-missing', `metadata: {vendorName: "x${' '.repeat(LARGE)}y"}`],
  ['comments', 'metadata-field-missing', `metadata: {}\n${fill('# c\n')}spec: {}\n`],
  ['one long number', 'metadata-field-missing', `metadata: {a: 0x${fill('1')}}`],
  ['escapes of a tag', 'yaml-type-error', `!${fill('%41')} a`],
  ['nesting that is allowed', 'metadata-field-missing', `metadata: {a: ${'['.repeat(9990)}${']'.repeat(9990)}}`],
  ['mappings in each other', 'metadata-field-missing', `metadata: {a: ${'{b: '.repeat(9990)}x${'}'.repeat(9990)}}`],
  ['merges in each other', 'metadata-field-missing', `metadata: ${'{<<: '.repeat(9990)}{a: b}${'}'.repeat(9990)}`],
  ['nesting without end', 'yaml-syntax', fill('[')],
  ['lists in lists', 'yaml-syntax', `metadata:\n ${'- '.repeat(20_000)}a`],
  ['an alias bomb', 'yaml-alias-bomb', BOMB],
  [
    'a list behind many aliases',
    'yaml-alias-bomb',
    `x: &e [${'a, '.repeat(20_000)}]\nspec:\n  c:\n${'  - {evidence: *e}\n'.repeat(20_000)}`,
  ],
  [
    'bytes that are no text',
    'yaml-syntax',
    Buffer.concat([Buffer.from('metadata: {a: b}\n'), Buffer.alloc(LARGE, 0xff)]),
  ],
  ['nothing but zeros', 'yaml-syntax', Buffer.alloc(LARGE)],
  ['UTF-16', 'metadata-section-missing', Buffer.from(`\ufeffspec:\n  accelerators:\n${ENTRY.repeat(8000)}`, 'utf16le')],
];

interface Told {
  readonly rules: readonly string[];
  /** Milliseconds of processor time (`processorMs`). */
  readonly cpu: number;
  /** MB that the process grew by. */
  readonly memory: number;
}

/** Milliseconds of processor time that no file may take. */
const ENOUGH = 1000;
const href = (file: string): string => pathToFileURL(join(import.meta.dirname, file)).href;
const PROGRAM = `
  import { judge } from ${JSON.stringify(href('judge.ts'))};
  import { readSubmission } from ${JSON.stringify(href('read/read-submission.ts'))};
  import { processorMs } from ${JSON.stringify(href('testing/processor-time.ts'))};
  const memory = process.resourceUsage().maxRSS;
  let findings;
  let grown;
  const cpu = processorMs(() => {
    const submission = readSubmission(process.argv[1]);
    [{ findings }] = judge([submission], { profile: 'official', siblings: [submission] });
    grown ??= process.resourceUsage().maxRSS - memory;
  }, ${ENOUGH});
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  console.log(JSON.stringify({ rules, cpu, memory: grown / 1024 }));
`;

/** Judges a file in a process of its own. */
function told(name: string, content: string | Uint8Array): Told {
  const file = join(ROOT, 'v1.36', name.replaceAll(' ', '-'), 'PRODUCT.yaml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM, file], { encoding: 'utf8' });
  expect(child.stderr.replaceAll(/.*ExperimentalWarning.*\n.*\n?/g, '')).toBe('');
  return JSON.parse(child.stdout) as Told;
}

describe('hostile files', () => {
  it.each(FILES)('%s: %s, in less than a second and 200 MB', (name, rule, content) => {
    const { rules, cpu, memory } = told(name, content);
    expect(rules).toContain(rule);
    expect(cpu).toBeLessThan(ENOUGH);
    expect(memory).toBeLessThan(200);
  });
});
