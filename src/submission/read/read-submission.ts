import { dirname, relative, resolve, sep } from 'node:path';
import { readInside } from '../evidence/look-up.ts';
import { rootOf } from '../find-submissions.ts';
import type { ReadProblem, Submission } from '../submission.ts';
import { Decoder, DecodingEnded } from './decoder.ts';
import { keysOf, SubmissionTarget } from './submission-target.ts';
import { run } from './trampoline.ts';
import type { YamlNode } from './yaml/node.ts';
import { parseYaml } from './yaml/parse-yaml.ts';

/** The official validator's search for the version: the first folder of the path that looks like one. */
const VERSION_IN_PATH = /(?:^|\/)v(\d+\.\d+)\//;

/**
 * Reads one PRODUCT.yaml. Never throws for what the file contains: a file that cannot be read or decoded comes back with
 * `problems`. `root` is the checkout that paths are printed relative to; without it, the folder above the nearest `vX.Y`.
 */
export function readSubmission(file: string, root?: string): Submission {
  const absolute = resolve(file);
  const checkout = resolve(root ?? rootOf(absolute));
  return submissionFrom(readBytes(absolute, checkout), absolute, checkout);
}

/** The submission that a file would be with such content, or with such a reason why it has none. Reads no file. */
export function submissionFrom(content: Uint8Array | ReadProblem, file: string, root: string): Submission {
  const path = relative(root, file).split(sep).join('/');
  const version = VERSION_IN_PATH.exec(path)?.[1];
  return { file, path, root, folder: dirname(file), version, ...decodeSubmission(content) };
}

type Content = Omit<Submission, 'file' | 'path' | 'root' | 'folder' | 'version'>;

function decodeSubmission(bytes: Uint8Array | ReadProblem): Content {
  if (!(bytes instanceof Uint8Array)) return empty('', [bytes]);
  const { text, root, fault } = parseYaml(bytes);
  if (fault) return empty(text, [{ rule: 'yaml-syntax', subject: 'document', ...fault }]);
  if (!root) return empty(text, []);
  const decoder = new Decoder();
  const target = new SubmissionTarget(decoder);
  decode(decoder, target, root);
  const categories = [...(target.spec?.values() ?? [])];
  return {
    text,
    problems: decoder.problems,
    tree: root,
    topLevelKeys: keysOf(root),
    metadataAt: target.metadataAt,
    specAt: target.specAt,
    metadata: target.metadata ?? new Map(),
    categories: categories.map(({ at }) => at),
    entries: categories.flatMap(({ entries }) => entries),
  };
}

function decode(decoder: Decoder, target: SubmissionTarget, root: YamlNode): void {
  try {
    // The document itself is the first node that yaml.v3 counts.
    decoder.countDocument();
    run(decoder.decode(root, target));
  } catch (error) {
    if (!(error instanceof DecodingEnded)) throw error;
  }
}

function empty(text: string, problems: readonly ReadProblem[]): Content {
  const none = {
    topLevelKeys: [],
    metadataAt: undefined,
    specAt: undefined,
    metadata: new Map(),
    categories: [],
    entries: [],
  };
  return { text, problems, tree: undefined, ...none };
}

/** A file that a symbolic link puts outside of the checkout is not opened: a submission is not to show what lies elsewhere. */
function readBytes(file: string, root: string): Uint8Array | ReadProblem {
  const opened = readInside(file, root);
  if (opened.kind === 'bytes') return opened.bytes;
  const message = `The file was not read: ${opened.why}.`;
  return { rule: 'file-unreadable', subject: 'document', message, line: 1, column: 1 };
}
