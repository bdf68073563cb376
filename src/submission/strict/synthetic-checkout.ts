import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { type Checklist, checklist as pinned } from '../../program/checklist.ts';
import type { Finding } from '../finding.ts';
import { readSubmission } from '../read/read-submission.ts';
import type { RuleContext } from '../rule.ts';
import type { Submission } from '../submission.ts';
import { STRICT_RULES } from './rules.ts';
import { cleanDocument, cleanFiles, descriptionOf, type SyntheticDocument, VENDOR } from './synthetic-document.ts';

type Content = string | Uint8Array | { readonly linkTo: string } | undefined;

export interface Options {
  readonly version?: string;
  readonly product?: string;
  /** Changes the clean document before it is written. */
  readonly edit?: (document: SyntheticDocument) => void;
  /** Changes the text of the file. */
  readonly raw?: (text: string) => string;
  /** Files of the folder beside the clean ones; `undefined` leaves a clean one out. */
  readonly files?: Readonly<Record<string, Content>>;
}

/** A checkout of fictional submissions in a temporary folder, for tests: clean unless a test spoils something. */
export class SyntheticCheckout {
  readonly root = mkdtempSync(join(tmpdir(), 'plimsoll-strict-'));

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Writes one submission (by default for 1.36) and reads it back. */
  submission({ version = '1.36', product = 'meerstern', edit, raw, files = {} }: Options = {}): Submission {
    const folder = join(this.root, `v${version}`, product);
    rmSync(folder, { recursive: true, force: true });
    const document = cleanDocument(version, product);
    edit?.(document);
    const text = stringify(document, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
    const all: Record<string, Content> = { ...cleanFiles(version), ...files, 'PRODUCT.yaml': raw ? raw(text) : text };
    for (const [path, content] of Object.entries(all)) {
      if (content === undefined) continue;
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      if (typeof content === 'object' && 'linkTo' in content) symlinkSync(content.linkTo, file);
      else writeFileSync(file, content);
    }
    return readSubmission(join(folder, 'PRODUCT.yaml'), this.root);
  }

  /** What the strict rules say about a submission that stands alone. */
  findings(submission: Submission, more: Partial<RuleContext> = {}): readonly Finding[] {
    return strictFindings(submission, contextOf([submission], more));
  }

  /** Writes one submission and tells what the strict rules say about it, in lines. */
  heard(options: Options, more: Partial<RuleContext> = {}): readonly string[] {
    const submission = this.submission(options);
    return inLines(this.findings(submission, more), submission);
  }
}

/** The checklist of a version with the descriptions of the synthetic documents instead of the official ones. */
export function syntheticChecklist(version: string): Checklist | undefined {
  const list = pinned(version);
  if (!list) return undefined;
  const requirements = list.requirements.map((one) => {
    const text = descriptionOf(one.id, version);
    return { ...one, description: { length: text.length, sha256: createHash('sha256').update(text).digest('hex') } };
  });
  return { ...list, requirements };
}

/** What tests judge with: the synthetic checklist, the fictional vendor as a member, and what a test adds. */
export function contextOf(siblings: readonly Submission[], more: Partial<RuleContext> = {}): RuleContext {
  return { profile: 'strict', checklist: syntheticChecklist, members: new Set([VENDOR]), siblings, ...more };
}

/** All findings of the strict rules alone. */
export function strictFindings(submission: Submission, context = contextOf([submission])): readonly Finding[] {
  return STRICT_RULES.flatMap((rule) => [...rule.check(submission, context).findings]);
}

/** Findings in one line each, sorted: severity, rule, subject, and the source from the finding's position on. */
export function inLines(findings: readonly Finding[], submission: Submission): readonly string[] {
  const lines = submission.text.split('\n');
  return findings
    .map(({ severity, rule, subject, line, column }) => {
      const source = lines[line - 1]?.slice(column - 1, column + 23) ?? 'OUTSIDE';
      return `${severity} ${rule} ${subject} | ${source}`;
    })
    .toSorted();
}
