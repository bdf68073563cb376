import type { ScalarStyle } from './node.ts';

/** What the scanner makes of the text, in the terms of the YAML 1.1 grammar. */
export type TokenKind =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  /** Offsets into the text: [start, end). */
  readonly start: number;
  readonly end: number;
  /** Scalar's text; anchor's or alias's name; handle of a tag or of a tag directive; version as `1.1`. */
  readonly value: string;
  /** Suffix of a tag, prefix of a tag directive. */
  readonly suffix: string;
  readonly style: ScalarStyle;
}

export function token(kind: TokenKind, start: number, end: number, value = '', suffix = ''): Token {
  return { kind, start, end, value, suffix, style: 'plain' };
}

export function scalarToken(style: ScalarStyle, start: number, end: number, value: string): Token {
  return { kind: 'scalar', start, end, value, suffix: '', style };
}
