import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { PlimsollError } from '../errors.ts';
import { type Checklist, checklist, type Requirement } from './checklist.ts';
import { readChecklistFile } from './checklist-file.ts';
import type { Version } from './versions.ts';

/** An official checklist as a checkout of the programme has it. */
export interface ChecklistText {
  /** The file that was read. */
  readonly file: string;
  /** Official description by requirement id, as decoded from YAML. */
  readonly descriptions: ReadonlyMap<string, string>;
  /** What differs from the pinned facts, one sentence each; empty when the file is the pinned one. */
  readonly differences: readonly string[];
}

/**
 * Reads the official sentences of a version from `dir`, a checkout of the programme that the user has, and compares
 * them with the pins. A file that differs is still returned: the pins may be older than the checkout.
 * @throws PlimsollError `checklist-not-found` when `dir` has no such file, `checklist-unreadable` when it is no checklist
 */
export function readChecklistText(dir: string, version: Version): ChecklistText {
  const { file, text, pinned } = readChecklistFile(dir, version);
  const entries = entriesOf(text, file);
  const descriptions = new Map(entries.map((one) => [one.id, one.description]));
  return { file, descriptions, differences: pinned ? [] : differencesOf(entries, checklist(version)) };
}

interface TextEntry {
  readonly id: string;
  readonly category: string;
  readonly level: string;
  readonly description: string;
}

function entriesOf(text: string, file: string): TextEntry[] {
  const wrong = (why: string, cause?: unknown): PlimsollError =>
    new PlimsollError(
      'checklist-unreadable',
      `${file} is not a checklist: ${why}.`,
      'Restore the file from upstream.',
      {
        cause,
      },
    );
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw wrong('it is not valid YAML', cause);
  }
  const spec = isRecord(document) ? document['spec'] : undefined;
  if (!isRecord(spec)) throw wrong('it has no `spec`');
  return Object.entries(spec).flatMap(([category, list]) => {
    if (!Array.isArray(list)) throw wrong(`\`spec.${category}\` is not a list`);
    return list.map((one: unknown): TextEntry => {
      if (!isRecord(one)) throw wrong(`\`spec.${category}\` has an item that is not a mapping`);
      const field = (key: string): string => (typeof one[key] === 'string' ? one[key] : '');
      return { category, id: field('id'), level: field('level'), description: field('description') };
    });
  });
}

function differencesOf(entries: readonly TextEntry[], { requirements }: Checklist): string[] {
  const missing = requirements.filter((one) => !entries.some((entry) => entry.id === one.id));
  const found = entries.flatMap((entry) => {
    const pinned = requirements.find((one) => one.id === entry.id);
    return pinned
      ? changesOf(entry, pinned)
      : [`${entry.id || 'an entry without an id'} is not known to this version of plimsoll`];
  });
  const all = [...missing.map((one) => `${one.id} is missing`), ...found];
  return all.length > 0 ? all : ['only comments, metadata or layout differ'];
}

function changesOf(entry: TextEntry, pinned: Requirement): string[] {
  const changes: string[] = [];
  if (entry.level !== pinned.level) changes.push(`${entry.id} has level ${entry.level}, pinned is ${pinned.level}`);
  if (entry.category !== pinned.category)
    changes.push(`${entry.id} is in ${entry.category}, pinned is ${pinned.category}`);
  if (sha256Of(entry.description) !== pinned.description.sha256) changes.push(`${entry.id} has another description`);
  return changes;
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
