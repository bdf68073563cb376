import { linkAnswers } from '../links/link-answers.ts';
import { applicability } from './applicability.ts';
import { artifacts } from './artifacts.ts';
import { checklistText } from './checklist-text.ts';
import { conformanceTerm } from './conformance-term.ts';
import { copiedNotes } from './copied-notes.ts';
import { evidenceFragments } from './evidence-fragments.ts';
import { evidencePaths } from './evidence-paths.ts';
import { evidencePresence } from './evidence-presence.ts';
import { evidenceVersion } from './evidence-version.ts';
import { exampleValues } from './example-values.ts';
import { folderFiles } from './folder-files.ts';
import { inheritedEvidence } from './inherited-evidence.ts';
import { keys } from './keys.ts';
import { kubernetesVersion } from './kubernetes-version.ts';
import { links } from './links.ts';
import { logoAndContact } from './logo-and-contact.ts';
import { movingLinks } from './moving-links.ts';
import { notesPresence } from './notes-presence.ts';
import { notesTopic } from './notes-topic.ts';
import { platformVersion } from './platform-version.ts';
import { requirementIds } from './requirement-ids.ts';
import type { StrictRule } from './strict-rule.ts';
import { weakCaptures } from './weak-captures.ts';
import { writtenValues } from './written-values.ts';

/** What the strict profile asks beyond the newest official validator. */
export const STRICT_RULES: readonly StrictRule[] = [
  keys,
  requirementIds,
  checklistText,
  writtenValues,
  exampleValues,
  kubernetesVersion,
  platformVersion,
  links,
  linkAnswers,
  movingLinks,
  logoAndContact,
  evidencePresence,
  evidencePaths,
  evidenceFragments,
  evidenceVersion,
  inheritedEvidence,
  artifacts,
  weakCaptures,
  folderFiles,
  notesPresence,
  notesTopic,
  copiedNotes,
  applicability,
  conformanceTerm,
];
