import { createHash } from 'node:crypto';
import { type Checklist, checklist as pinned, versions } from '../../program/checklist.ts';
import type { DescriptionPin } from '../../program/description-pins.ts';
import type { Finding } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Submission } from '../submission.ts';
import { requirementOf } from './entry-facts.ts';
import { facts, strictRule } from './strict-rule.ts';

const descriptionChanged = facts({
  id: 'description-changed',
  severity: 'error',
  reason: 'The description of a requirement is not the text of the checklist.',
  remedy: 'Copy the description from the checklist of the version (docs/AIConformance-*.yaml), character by character.',
  source: 'instructions: id, description and level are submitted without changes',
});
const descriptionWhitespace = facts({
  id: 'description-whitespace',
  severity: 'info',
  reason: 'The description differs from the checklist in white space only.',
  remedy: 'Nothing has to change; a copy of the checklist line (one quoted string) would be identical.',
  source: 'instructions: id, description and level are submitted without changes',
});
const levelChanged = facts({
  id: 'level-changed',
  severity: 'error',
  reason: 'The level of a requirement is not the one of the checklist.',
  remedy: 'Write the level of the checklist of this version; a level changes from version to version.',
  source: 'instructions: id, description and level are submitted without changes',
});

/** The frozen parts of each requirement: description (by sha256 of the pins) and level. */
export const checklistText = strictRule(
  [descriptionChanged, descriptionWhitespace, levelChanged],
  function* (submission, context) {
    for (const entry of submission.entries) {
      const wanted = requirementOf(entry, submission, context);
      const id = entry.id?.value;
      if (!wanted || id === undefined) continue;
      yield* description(entry, id, wanted.description, submission, context);
      const level = entry.level?.value;
      if (level === wanted.level) continue;
      const message =
        level === undefined
          ? `${id} has no level; the checklist of ${submission.version} says ${wanted.level}.`
          : `${id} is ${wanted.level} in the checklist of ${submission.version}, but this file says "${level}".`;
      yield levelChanged.at(entry.level ?? entry, id, message, { remedy: `Write level: ${wanted.level}.` });
    }
  },
);

function* description(
  entry: Entry,
  id: string,
  pin: DescriptionPin,
  submission: Submission,
  context: RuleContext,
): Generator<Finding> {
  const text = entry.description?.value;
  if (text === undefined || text.trim() === '') {
    yield descriptionChanged.at(entry.description ?? entry, id, `${id} has no description.`);
    return;
  }
  if (isPinned(text, pin)) return;
  const place = entry.description ?? entry;
  const squeezed = squeeze(text);
  if (isPinned(squeezed, pin)) {
    yield descriptionWhitespace.at(place, id, `The description of ${id} differs in white space only.`);
    return;
  }
  const other = versionWith(id, squeezed, context);
  const why =
    other === undefined
      ? `${squeezed.length} characters instead of ${pin.length}`
      : `it is the text of the checklist of ${other}`;
  yield descriptionChanged.at(
    place,
    id,
    `The description of ${id} is not the checklist's of ${submission.version}: ${why}.`,
  );
}

function versionWith(id: string, text: string, context: RuleContext): string | undefined {
  return versions.find((version) => {
    const list: Checklist | undefined = (context.checklist ?? pinned)(version);
    const pin = list?.requirements.find((one) => one.id === id)?.description;
    return pin !== undefined && isPinned(text, pin);
  });
}

/** White space squeezed to single blanks; no official description has two in a row. */
function squeeze(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function isPinned(text: string, pin: DescriptionPin): boolean {
  return text.length === pin.length && createHash('sha256').update(text).digest('hex') === pin.sha256;
}
