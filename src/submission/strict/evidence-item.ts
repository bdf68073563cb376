import { posix } from 'node:path';
import { resolveEvidence } from '../evidence/resolve-evidence.ts';
import type { Position } from '../finding.ts';
import type { Entry, Located, Submission } from '../submission.ts';
import { filledEvidence, looksLikeUrl, subjectOf } from './entry-facts.ts';
import { folderOf, type Lookup } from './product-folder.ts';
import { type GitHubAddress, gitHub } from './web-address.ts';

/** One evidence item that names something in the product folder. */
export interface LocalEvidence extends Located<string> {
  readonly entry: Entry;
  readonly subject: string;
  /** Path inside the product folder, as the newest official validator resolves it; empty when it is none. */
  readonly path: string;
  /** Text behind the first `#`, undefined when there is none. */
  readonly fragment: string | undefined;
  readonly found: Lookup;
}

/** One evidence item that is a web address. */
export interface WebEvidence extends Located<string> {
  readonly entry: Entry;
  readonly subject: string;
  /** Undefined when it does not parse. */
  readonly url: URL | undefined;
  /** Undefined when it leads elsewhere. */
  readonly gitHub: GitHubAddress | undefined;
}

interface Evidence {
  readonly local: readonly LocalEvidence[];
  readonly web: readonly WebEvidence[];
  /** The local items of each entry that has some. */
  readonly localOf: ReadonlyMap<Entry, readonly LocalEvidence[]>;
}

const known = new WeakMap<Submission, Evidence>();

/** All non-empty evidence items of a submission, resolved once. */
export function evidenceItems(submission: Submission): Evidence {
  let evidence = known.get(submission);
  if (!evidence) {
    evidence = resolveAll(submission);
    known.set(submission, evidence);
  }
  return evidence;
}

const places = new WeakMap<Submission, ReadonlyMap<string, LocalEvidence | WebEvidence>>();

/** The evidence item that stands at a place of the file. */
export function evidenceAt(
  submission: Submission,
  { line, column }: Position,
): LocalEvidence | WebEvidence | undefined {
  let known = places.get(submission);
  if (!known) {
    const { local, web } = evidenceItems(submission);
    known = new Map([...local, ...web].map((item) => [`${item.line}:${item.column}`, item]));
    places.set(submission, known);
  }
  return known.get(`${line}:${column}`);
}

/** Local items that are files, each file once, with the first item that cites it and everyone who does. */
export function citedFiles(submission: Submission): ReadonlyMap<string, readonly LocalEvidence[]> {
  const cited = new Map<string, LocalEvidence[]>();
  for (const item of evidenceItems(submission).local) {
    if (item.found.kind !== 'file') continue;
    const before = cited.get(item.path);
    if (before) before.push(item);
    else cited.set(item.path, [item]);
  }
  return cited;
}

function resolveAll(submission: Submission): Evidence {
  const local: LocalEvidence[] = [];
  const web: WebEvidence[] = [];
  for (const entry of submission.entries) {
    for (const item of filledEvidence(entry)) {
      const subject = subjectOf(entry);
      if (looksLikeUrl(item.value)) {
        const url = parse(item.value.trim());
        web.push({ ...item, entry, subject, url, gitHub: url && gitHub(url) });
      } else local.push(resolve(submission, entry, subject, item));
    }
  }
  return { local, web, localOf: Map.groupBy(local, (item) => item.entry) };
}

function resolve(submission: Submission, entry: Entry, subject: string, item: Located<string>): LocalEvidence {
  const folder = posix.dirname(submission.path);
  const resolved = resolveEvidence(folder, item.value);
  // What is empty, escapes or lies with another product is said by the official rules.
  if (resolved.kind !== 'path') {
    return { ...item, entry, subject, path: '', fragment: undefined, found: { kind: 'outside' } };
  }
  const path = resolved.path.slice(folder.length + 1);
  const fragment = resolved.fragment === '' ? undefined : resolved.fragment;
  return { ...item, entry, subject, path, fragment, found: folderOf(submission).look(path) };
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
