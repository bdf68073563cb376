import { join, posix } from 'node:path';
import type { Submission } from '../submission.ts';
import { toLower } from './go-text.ts';
import { readInside } from './look-up.ts';
import { parseJunit } from './parse-junit.ts';
import { parseTestEvents } from './parse-test-events.ts';
import { parseTestLog } from './parse-test-log.ts';
import { ArtifactFault, type TestReport } from './test-report.ts';

const PARSERS: Readonly<Record<string, (bytes: Uint8Array) => TestReport>> = {
  'junit.xml': parseJunit,
  'results.json': parseTestEvents,
  'e2e.log': parseTestLog,
};

/** Whether a file is read as a test result: by its name alone, whatever its capitals. */
export function isArtifact(path: string): boolean {
  return Object.hasOwn(PARSERS, toLower(posix.basename(path)));
}

/** A test result as read. */
export type Artifact =
  | { readonly kind: 'report'; readonly report: TestReport }
  | { readonly kind: 'unparsable'; readonly why: string }
  /** We do not look at what the official validator would: `why` says the reason. */
  | { readonly kind: 'refused'; readonly why: string };

const known = new WeakMap<Submission, Map<string, Artifact>>();

/** Reads a test result once per submission. `path` is relative to the checkout. */
export function readArtifact(submission: Submission, path: string): Artifact {
  const artifacts = known.get(submission) ?? new Map<string, Artifact>();
  known.set(submission, artifacts);
  const artifact = artifacts.get(path) ?? read(submission, path);
  artifacts.set(path, artifact);
  return artifact;
}

function read(submission: Submission, path: string): Artifact {
  const opened = readInside(join(submission.root, path), submission.folder);
  if (opened.kind === 'unreadable') return { kind: 'unparsable', why: `it cannot be read (${opened.why})` };
  if (opened.kind === 'refused') return opened;
  try {
    const parse = PARSERS[toLower(posix.basename(path))];
    return parse ? { kind: 'report', report: parse(opened.bytes) } : { kind: 'unparsable', why: 'its name is unknown' };
  } catch (error) {
    if (!(error instanceof ArtifactFault)) throw error;
    return { kind: 'unparsable', why: error.message };
  }
}
