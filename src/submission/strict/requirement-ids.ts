import { isRequirementId, checklist as pinned, versions } from '../../program/checklist.ts';
import { checklistOf, subjectOf } from './entry-facts.ts';
import { facts, strictRule } from './strict-rule.ts';
import { didYouMean } from './suggestion.ts';

const duplicate = facts({
  id: 'requirement-duplicate',
  severity: 'error',
  reason: 'A requirement is answered twice; the official validator silently takes the last answer.',
  remedy: 'Keep one entry per requirement.',
  source: 'schema: one entry per requirement of the checklist',
});
const misplaced = facts({
  id: 'requirement-misplaced',
  severity: 'error',
  reason: 'A requirement stands in another category than in the checklist, so the official validator calls it missing.',
  remedy: 'Move the entry to the category of the checklist.',
  source: 'checklist; official validator (every version)',
});
const unknown = facts({
  id: 'requirement-unknown',
  severity: 'warning',
  reason: 'The checklist of this version has no requirement with this id.',
  remedy: 'Correct the id, or leave the entry out: it proves nothing for this version.',
  source: 'checklist',
});
const withoutId = facts({
  id: 'requirement-without-id',
  severity: 'error',
  reason: 'An entry has no id, so nobody can tell which requirement it answers.',
  remedy: 'Write the id of the checklist.',
  source: 'schema: each entry has id, description, level, status, evidence and notes',
});
const unknownCategory = facts({
  id: 'category-unknown',
  severity: 'warning',
  reason: 'The checklist of this version has no category with this name; the official validator ignores it.',
  remedy: 'Use the categories of the checklist, spelled as there.',
  source: 'checklist',
});

/** Ids and categories against the checklist. */
export const requirementIds = strictRule(
  [duplicate, misplaced, unknown, withoutId, unknownCategory],
  function* (submission, context) {
    const list = checklistOf(submission, context);
    const seen = new Map<string, number>();
    const ids = list?.requirements.map((one) => one.id) ?? [];
    let strange = 0;
    for (const entry of submission.entries) {
      const id = entry.id?.value;
      if (id === undefined || id.trim() === '') {
        const message = `Entry ${entry.index + 1} of ${entry.category} has no id.`;
        yield withoutId.at(entry.id ?? entry, subjectOf(entry) || entry.category, message);
        continue;
      }
      const before = seen.get(id);
      if (before !== undefined) {
        yield duplicate.at(entry.id ?? entry, id, `${id} is answered twice; the first time in line ${before}.`);
      } else seen.set(id, entry.line);
      if (!list) continue;
      const wanted = list.requirements.find((one) => one.id === id);
      if (!wanted) {
        strange += 1;
        yield unknown.at(entry.id ?? entry, id, unknownMessage(id, list.version, strange > SUGGESTED ? [] : ids));
      } else if (wanted.category !== entry.category) {
        const message = `${id} belongs to ${wanted.category}, but stands in ${entry.category}.`;
        yield misplaced.at(entry.id ?? entry, id, message, { remedy: `Move the entry to spec.${wanted.category}.` });
      }
    }
    const names: readonly string[] = list?.categories ?? [];
    for (const category of list ? submission.categories : []) {
      if (names.includes(category.value)) continue;
      const message = `The checklist of ${list?.version} has no category ${category.value}.${didYouMean(category.value, names)}`;
      yield unknownCategory.at(category, category.value, message);
    }
  },
);

/** Nobody reads more suggestions than this. */
const SUGGESTED = 50;

function unknownMessage(id: string, version: string, known: readonly string[]): string {
  if (!isRequirementId(id)) return `The checklist of ${version} has no requirement ${id}.${didYouMean(id, known)}`;
  const having = versions.filter((one) => pinned(one).requirements.some((row) => row.id === id));
  return `${id} is not in the checklist of ${version}; it is in ${having.join(', ')}.`;
}
