import type { Position } from './finding.ts';

/** A YAML value with the place it was written at. `value` is what the official validator's decoder would see. */
export interface Located<T> extends Position {
  readonly value: T;
}

/** One item of a category's list, as written. A missing key is undefined. */
export interface Entry extends Position {
  readonly category: string;
  readonly id: Located<string> | undefined;
  readonly description: Located<string> | undefined;
  readonly level: Located<string> | undefined;
  readonly status: Located<string> | undefined;
  /** Empty when the key is absent, null or an empty list. */
  readonly evidence: readonly Located<string>[];
  readonly notes: Located<string> | undefined;
  /** Keys that the schema does not know. */
  readonly unknownKeys: readonly Located<string>[];
}

/** One PRODUCT.yaml as read: tolerant of everything that can still be read, positions kept. */
export interface Submission {
  /** Absolute path of the PRODUCT.yaml. */
  readonly file: string;
  /** Path relative to the checkout, with forward slashes: what findings print. */
  readonly path: string;
  /** Absolute path of the checkout (the folder above `vX.Y/`), or of the product folder's parent when there is none. */
  readonly root: string;
  /** `1.36` from the path, undefined if there is none. */
  readonly version: string | undefined;
  /** Raw text, for splicing and SARIF snippets. */
  readonly text: string;
  /** Top-level keys in order. */
  readonly topLevelKeys: readonly Located<string>[];
  /** Metadata as written: key -> value of whatever type, in order. */
  readonly metadata: ReadonlyMap<string, Located<unknown> & { readonly key: Position }>;
  /** Categories present in spec, in order. */
  readonly categories: readonly Located<string>[];
  /** All entries of all categories, in order of the file. */
  readonly entries: readonly Entry[];
}
