/** Why Go's encoding/json refuses a text; the message begins with a verb. */
export class JsonFault extends Error {}

/** Deepest nesting that Go reads. */
const MAX_DEPTH = 10_000;

/**
 * Members of a JSON object as Go decodes them into a struct of strings: keys match whatever their capitals, the last one
 * counts, null leaves the field alone, anything else that is no string is an error. `null` itself is an empty object.
 */
export function stringMembers<Field extends string>(json: string, fields: readonly Field[]): Record<Field, string> {
  try {
    JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JsonFault('is not JSON');
  }
  const found = Object.fromEntries(fields.map((field) => [field, ''])) as Record<Field, string>;
  let wrong: Field | undefined;
  for (const [key, value] of members(json)) {
    const name = fold(JSON.parse(key) as string);
    const field = fields.find((one) => fold(one) === name);
    if (field === undefined || value === 'n') continue;
    if (value.startsWith('"')) found[field] = JSON.parse(value) as string;
    else wrong = field;
  }
  if (!json.startsWith('{') && json !== 'null') throw new JsonFault('is not a JSON object');
  if (wrong !== undefined) throw new JsonFault(`has a "${wrong}" that is not a text`);
  return found;
}

/**
 * The members of an object that is valid JSON, in order and with repetitions, which JSON.parse does not tell: key and value
 * as written, of a value that is no string the first character only. Nothing for what is no object.
 */
function* members(json: string): Generator<readonly [key: string, value: string]> {
  let depth = 0;
  let key = '';
  let value = '';
  const take = (text: string): void => {
    if (depth !== 1) return;
    if (key === '') key = text;
    else if (value === '') value = text;
  };
  for (let at = 0; at < json.length; at++) {
    const mark = json.charAt(at);
    if (mark === '"') {
      const end = stringEnd(json, at);
      take(json.slice(at, end));
      at = end - 1;
    } else if (mark === '{' || mark === '[') {
      take(mark);
      if (++depth > MAX_DEPTH) throw new JsonFault(`is nested deeper than ${MAX_DEPTH} levels`);
    } else if (mark === '}' || mark === ']') {
      depth--;
    } else if (mark !== ',' && mark !== ':' && !/\s/.test(mark)) {
      take(mark);
    }
    const ends = (mark === ',' && depth === 1) || (mark === '}' && depth === 0);
    if (!ends || !json.startsWith('{')) continue;
    if (key !== '') yield [key, value];
    key = '';
    value = '';
  }
}

/** Index behind the closing quote. */
function stringEnd(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let slashes = 0;
    while (json.charAt(at - 1 - slashes) === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return json.length;
}

/** Go folds ASCII letters, and the two letters outside of ASCII that equal one: the long s and the Kelvin sign. */
function fold(text: string): string {
  return text
    .replaceAll('\u017f', 's')
    .replaceAll('\u212a', 'k')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
