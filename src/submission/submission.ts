import type { Position } from './finding.ts';
import type { YamlMapping, YamlNode } from './read/yaml/node.ts';

/** A YAML value with the place it was written at. `value` is what the official validator's decoder would see. */
export interface Located<T> extends Position {
  readonly value: T;
}

/** The string fields of an entry that the official validator knows. */
export const ENTRY_FIELDS = ['id', 'description', 'level', 'status', 'evidence', 'notes'] as const;

/** One item of a category's list, as written. A missing key, a null and a value that is not a scalar are all undefined. */
export interface Entry extends Position {
  readonly category: string;
  /** Place in the category's list, counted from 0. */
  readonly index: number;
  readonly id: Located<string> | undefined;
  readonly description: Located<string> | undefined;
  readonly level: Located<string> | undefined;
  readonly status: Located<string> | undefined;
  /** Empty when the key is absent, null, an empty list or not a list (then `problems` has a yaml-type-error). */
  readonly evidence: readonly Located<string>[];
  readonly notes: Located<string> | undefined;
  /** Keys that the schema does not know. */
  readonly unknownKeys: readonly Located<string>[];
  /** The entry as written, for rules that look closer. An item that is null or no mapping makes no entry. */
  readonly node: YamlMapping;
}

/**
 * A metadata value of whatever type, and where its key stands: string, number, boolean, null, `{ timestamp }` for a date,
 * or the YamlNode of a list or a mapping.
 */
export interface MetadataValue extends Located<unknown> {
  readonly key: Position;
}

/** What made the decoder of the official validator refuse the file, or us not read it. */
export interface ReadProblem extends Position {
  readonly rule: 'yaml-syntax' | 'yaml-type-error' | 'yaml-duplicate-key' | 'yaml-alias-bomb' | 'file-unreadable';
  /** Requirement id, metadata key, category, `metadata`, `spec` or `document`. */
  readonly subject: string;
  /** One sentence for a person. */
  readonly message: string;
}

/** One PRODUCT.yaml as read: tolerant of everything that can still be read, positions kept. */
export interface Submission {
  /** Absolute path of the PRODUCT.yaml. */
  readonly file: string;
  /** Path relative to the checkout, with forward slashes: what findings print. */
  readonly path: string;
  /** Absolute path of the checkout (the folder above `vX.Y/`), or of the product folder's parent when there is none. */
  readonly root: string;
  /** Absolute path of the product folder. */
  readonly folder: string;
  /** `1.36` from the path, undefined if there is none. */
  readonly version: string | undefined;
  /** Raw text, for splicing and SARIF snippets. Invalid bytes are U+FFFD. */
  readonly text: string;
  /** Why the official decoder refuses the file, in the order it would say so; empty when it decodes. */
  readonly problems: readonly ReadProblem[];
  /**
   * The first document's root, complete whenever there is no yaml-syntax problem; undefined for an empty file and
   * when the text is not YAML. With a yaml-syntax or file-unreadable problem every list below is empty.
   */
  readonly tree: YamlNode | undefined;
  /** Top-level keys in order. */
  readonly topLevelKeys: readonly Located<string>[];
  /** Position of the `metadata` key; undefined when it is absent, null or not a mapping. */
  readonly metadataAt: Position | undefined;
  /** Position of the `spec` key; undefined when it is absent, null or not a mapping. */
  readonly specAt: Position | undefined;
  /** Metadata as the decoder sees it (aliases followed, `<<` merged): key -> value of whatever type, in order. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** Categories present in spec, in order; a category whose value is null or empty is present too. */
  readonly categories: readonly Located<string>[];
  /** All entries of all categories, in order of the file. */
  readonly entries: readonly Entry[];
}
