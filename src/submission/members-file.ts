import { readFileSync } from 'node:fs';
import { PlimsollError } from '../errors.ts';

/**
 * The names of CNCF's members from a file: one name a line (blank lines and lines that begin with `# ` do not count), or
 * landscape.yml of cncf/landscape, from which the items of the category "CNCF Members" are taken as the official
 * validator takes them.
 * @throws PlimsollError `members-not-read`
 */
export async function readMembers(file: string): Promise<ReadonlySet<string>> {
  const text = read(file);
  const names = /^landscape:/m.test(text) ? await namesOfLandscape(text, file) : namesOfLines(text);
  if (names.length > 0) return new Set(names);
  throw new PlimsollError(
    'members-not-read',
    `${file} names no member.`,
    'Give a file with one name a line, or landscape.yml of cncf/landscape.',
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new PlimsollError(
      'members-not-read',
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Give a file with one name a line, or landscape.yml of cncf/landscape.',
      { cause },
    );
  }
}

function namesOfLines(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '#' && !line.startsWith('# '));
}

async function namesOfLandscape(text: string, file: string): Promise<string[]> {
  // Loaded only now: a plain list of names needs no YAML.
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PlimsollError('members-not-read', `${file} is not valid YAML: ${why}.`, 'Fetch landscape.yml again.', {
      cause,
    });
  }
  return listAt(document, 'landscape')
    .filter((category) => field(category, 'name') === 'CNCF Members')
    .flatMap((category) => listAt(category, 'subcategories'))
    .flatMap((subcategory) => listAt(subcategory, 'items'))
    .map((item) => field(item, 'name'))
    .filter((name) => typeof name === 'string')
    .map((name) => name.replace(/ \((?:member|supporter)\)$/, '').trim())
    .filter((name) => name !== '');
}

function listAt(value: unknown, key: string): unknown[] {
  const list = field(value, key);
  return Array.isArray(list) ? list : [];
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
