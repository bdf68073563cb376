import type { Position } from '../../finding.ts';

/** How a scalar was written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

interface NodeBase extends Position {
  /** Tag as resolved: short form (`!!str`) for the standard ones; empty or `!` as written otherwise. */
  readonly tag: string;
  /** Range in the decoded text (`Submission.text` for UTF-8 files without a BOM): [start, end). */
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  /** Unquoted, unescaped, folded text. */
  readonly value: string;
  readonly style: ScalarStyle;
}

export interface YamlSequence extends NodeBase {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlMapping extends NodeBase {
  readonly kind: 'mapping';
  /** In order of the file, duplicates and `<<` included. */
  readonly pairs: readonly YamlPair[];
}

export interface YamlAlias extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}

/** A node of the first document, as yaml.v3 would build it. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping | YamlAlias;
