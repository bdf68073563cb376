import type { Position } from '../../finding.ts';
import { decodeBytes } from './decode-bytes.ts';
import type { YamlNode } from './node.ts';
import { parseFirstDocument } from './parser.ts';
import { YamlFault } from './yaml-fault.ts';

/** The first document of a file, or why there is none. */
export interface ParsedYaml {
  readonly text: string;
  /** Undefined for an empty file too. */
  readonly root: YamlNode | undefined;
  readonly fault: (Position & { readonly message: string }) | undefined;
}

/** Parses a file as yaml.v3 does. Never throws for what is in it. */
export function parseYaml(bytes: Uint8Array): ParsedYaml {
  const decoded = decodeBytes(bytes);
  const { text } = decoded;
  try {
    return { text, root: parseFirstDocument(decoded), fault: undefined };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    return { text, root: undefined, fault: { message: error.message, ...positionAt(text, error.offset) } };
  }
}

/** Line and column of an offset, both from 1, never behind the last line. */
function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const breaks = [...before.matchAll(/\r\n?|[\n\x85\u2028\u2029]/g)];
  const last = breaks.at(-1);
  const atEnd = offset >= text.length && last !== undefined && last.index + last[0].length === before.length;
  if (!atEnd) return { line: breaks.length + 1, column: before.length - (last ? last.index + last[0].length : 0) + 1 };
  // The end of a text that ends with a line break: point at its last line.
  const previous = breaks.at(-2);
  return { line: breaks.length, column: last.index - (previous ? previous.index + previous[0].length : 0) + 1 };
}
