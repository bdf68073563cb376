import { type Checklist, checklist as pinned, type Requirement } from '../../program/checklist.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Located, Submission } from '../submission.ts';

/** What findings about an entry name: its id, or the category when it has none. */
export function subjectOf(entry: Entry): string {
  return entry.id?.value ?? entry.category;
}

/** The checklist that the submission is judged by; undefined when its folder names no known version. */
export function checklistOf(submission: Submission, context: RuleContext): Checklist | undefined {
  if (submission.version === undefined) return undefined;
  return (context.checklist ?? pinned)(submission.version);
}

/** What the checklist says about the entry's id (in whatever category the entry stands). */
export function requirementOf(entry: Entry, submission: Submission, context: RuleContext): Requirement | undefined {
  const id = entry.id?.value;
  return checklistOf(submission, context)?.requirements.find((one) => one.id === id);
}

/**
 * The evidence items as a reviewer reads them: a single text where a list belongs (which the official decoder refuses)
 * counts as a list of one.
 */
export function evidenceOf(entry: Entry): readonly Located<string>[] {
  if (entry.evidence.length > 0 || entry.node?.kind !== 'mapping') return entry.evidence;
  const pair = entry.node.pairs.find(({ key }) => key.kind === 'scalar' && key.value === 'evidence');
  if (pair?.value.kind !== 'scalar' || pair.value.tag === '!!null') return [];
  const { value, line, column } = pair.value;
  return value.trim() === '' ? [] : [{ value, line, column }];
}

/** Evidence items that say something. */
export function filledEvidence(entry: Entry): readonly Located<string>[] {
  return evidenceOf(entry).filter((item) => item.value.trim() !== '');
}

export const isImplemented = (entry: Entry): boolean => entry.status?.value === 'Implemented';
export const isNotApplicable = (entry: Entry): boolean => entry.status?.value === 'N/A';

/** True for `https://…` and `http://…`, whatever blanks and capitals it begins with. */
export function looksLikeUrl(text: string): boolean {
  return /^\s*https?:\/\//i.test(text);
}
