import type { Finding, Position } from '../finding.ts';
import { OFFICIAL_FACTS } from '../official-facts.ts';

const FACTS = new Map(OFFICIAL_FACTS.map((facts) => [facts.id, facts]));

/** A finding of an official rule, with the severity and the remedy that the rule has. */
export function speak(rule: string, place: Position, subject: string, message: string): Finding {
  const facts = FACTS.get(rule);
  if (!facts) throw new Error(`no official rule is called ${rule}`);
  const { line, column } = place;
  return { rule, severity: facts.severity, subject, message, remedy: facts.remedy, line, column };
}

/** The beginning of the file, for findings about the file as a whole. */
export const START: Position = { line: 1, column: 1 };
