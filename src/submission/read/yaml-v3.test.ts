import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Entry, Submission } from '../submission.ts';
import { submissionFrom } from './read-submission.ts';

interface Case {
  readonly text?: string;
  readonly base64?: string;
  readonly rules?: readonly string[];
  readonly lines?: readonly number[];
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  readonly spec?: Readonly<Record<string, unknown>> | null;
}

const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/documents.json'), 'utf8')) as readonly Case[];

/** What came out, in the words of the fixtures. */
function outcome(submission: Submission, withLines: boolean): Case {
  const { problems } = submission;
  if (problems.length > 0) {
    const rules = [...new Set(problems.map(({ rule }) => rule))].toSorted();
    const lines = [...new Set(problems.map(({ line }) => line))].toSorted((a, b) => a - b);
    return withLines ? { rules, lines } : { rules };
  }
  const metadata = submission.metadataAt
    ? sorted([...submission.metadata].map(([key, { value }]) => [key, word(value)]))
    : null;
  const lists = submission.categories.map(({ value: name }): [string, unknown] => {
    const entries = submission.entries.filter(({ category }) => category === name);
    return [name, entries.map(fields)];
  });
  return { metadata, spec: submission.specAt ? sorted(lists) : null };
}

function word(value: unknown): unknown {
  if (typeof value === 'string') return { text: value };
  if (value === null) return 'nil';
  if (typeof value === 'number') return 'n';
  if (typeof value === 'boolean') return String(value);
  if (!(value instanceof Object) || 'timestamp' in value) return 'time';
  return 'kind' in value && value.kind === 'sequence' ? 'seq' : 'map';
}

function fields({ id, description, level, status, notes, evidence }: Entry): Readonly<Record<string, unknown>> {
  const texts = { id, description, level, status, notes };
  const filled = Object.entries(texts).flatMap(([key, text]) => (text?.value ? [[key, text.value]] : []));
  return Object.fromEntries([
    ...filled,
    ...(evidence.length > 0 ? [['evidence', evidence.map(({ value }) => value)]] : []),
  ]);
}

function sorted(pairs: readonly [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe('YAML as gopkg.in/yaml.v3 decodes it', () => {
  it('has the recorded outcome for each document', () => {
    expect(CASES.length).toBeGreaterThan(2000);
    for (const { text, base64, ...expected } of CASES) {
      const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
      const submission = submissionFrom(bytes, '/checkout/v1.36/acme/PRODUCT.yaml', '/checkout');
      expect(outcome(submission, expected.lines !== undefined), JSON.stringify(text ?? bytes.toString())).toEqual(
        expected,
      );
    }
  });
});
