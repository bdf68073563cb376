import type { Position } from './finding.ts';
import type { Submission } from './submission.ts';

/** One use of a URL in a submission: what `--online` asks for, before judging. */
export interface LinkUse extends Position {
  readonly url: string;
  /** Metadata key or requirement id. */
  readonly subject: string;
  readonly where: 'metadata' | 'evidence';
}

/** The links that the official validator would fetch, in order of the file. */
export function linksOf(submission: Submission): readonly LinkUse[] {
  const uses: LinkUse[] = [];
  for (const [subject, { value, line, column }] of submission.metadata) {
    if (typeof value === 'string' && value.startsWith('http'))
      uses.push({ url: value, subject, where: 'metadata', line, column });
  }
  for (const entry of submission.entries) {
    for (const { value, line, column } of entry.evidence) {
      if (!/^https?:\/\//.test(value)) continue;
      uses.push({ url: value, subject: entry.id?.value ?? entry.category, where: 'evidence', line, column });
    }
  }
  return uses;
}
