import type { Position } from '../../finding.ts';
import { decodeBytes } from './decode-bytes.ts';
import { LineTable } from './line-table.ts';
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
    return { text, root: undefined, fault: { message: error.message, ...new LineTable(text).at(error.offset) } };
  }
}
