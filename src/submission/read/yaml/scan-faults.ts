import type { Mark } from './cursor.ts';
import { YamlFault } from './yaml-fault.ts';

/** Deepest nesting that yaml.v3 accepts, of flow collections and of block collections each. */
export const MAX_DEPTH = 10_000;

export function cannotStart(code: number, offset: number): YamlFault {
  const message =
    code === 0x09
      ? 'A tab cannot stand here; indent with spaces.'
      : `"${String.fromCharCode(code)}" cannot begin a value; quote it.`;
  return new YamlFault(message, offset);
}

export function missingColon(key: Mark): YamlFault {
  return new YamlFault(
    'This line should be a key, but no ": " follows it on the same line (within 1024 characters).',
    key.offset,
  );
}

export function tooDeep(offset: number): YamlFault {
  return new YamlFault(`The nesting is deeper than ${MAX_DEPTH} levels.`, offset);
}
