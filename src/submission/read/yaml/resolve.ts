/** A scalar as yaml.v3 understands it. Numbers keep JavaScript's precision only; a timestamp stays text. */
export interface Resolved {
  /** `!!str`, `!!null`, `!!bool`, `!!int`, `!!float`, `!!timestamp`, or a tag of its own. */
  readonly tag: string;
  readonly value: string | number | boolean | null;
}

const WORDS = new Map<string, Resolved>(
  (
    [
      ['!!bool', true, ['true', 'True', 'TRUE']],
      ['!!bool', false, ['false', 'False', 'FALSE']],
      ['!!null', null, ['', '~', 'null', 'Null', 'NULL']],
      ['!!float', Number.NaN, ['.nan', '.NaN', '.NAN']],
      ['!!float', Number.POSITIVE_INFINITY, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']],
      ['!!float', Number.NEGATIVE_INFINITY, ['-.inf', '-.Inf', '-.INF']],
    ] as const
  ).flatMap(([tag, value, words]) => words.map((word) => [word, { tag, value }] as const)),
);

/** Tags whose text is looked into; any other tag leaves it as it is. */
const LOOKED_INTO = new Set(['', '!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

/** The tag of a plain scalar without a tag. YAML 1.1's yes, no, on and off are text here, dates are not. */
export function resolveTag(text: string): string {
  // Most texts begin with a character that only texts begin with.
  if (!/^(?:[-+.~\dntfNTF]|$)/.test(text)) return '!!str';
  return resolvePlain(text, true).tag;
}

/** A scalar with the tag that its node has. Undefined: the text does not fit the tag. */
export function resolve(tag: string, text: string): Resolved | undefined {
  if (!LOOKED_INTO.has(tag)) return { tag, value: text };
  if (tag === '!!str') return { tag, value: text };
  const found = resolvePlain(text, tag === '' || tag === '!!timestamp');
  if (tag === '' || tag === found.tag) return found;
  // An integer is a float, unless only Go's unsigned type can hold it.
  if (tag === '!!float' && found.tag === '!!int' && Number(found.value) < 2 ** 63) return { tag, value: found.value };
  return undefined;
}

function resolvePlain(text: string, timestamps: boolean): Resolved {
  const word = WORDS.get(text);
  if (word) return word;
  const string: Resolved = { tag: '!!str', value: text };
  const first = text.charCodeAt(0);
  if (first === 0x2e) return /^\.\d+([eE][-+]?\d+)?$/.test(text) ? (float(text) ?? string) : string;
  const digitOrSign = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d;
  if (!digitOrSign) return string;
  if (timestamps && isTimestamp(text)) return { tag: '!!timestamp', value: text };
  const digits = text.replaceAll('_', '');
  return integer(digits) ?? (DECIMAL.test(digits) ? float(digits) : undefined) ?? string;
}

const DECIMAL = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

function float(text: string): Resolved | undefined {
  const value = Number(text);
  // Too large for a double is text.
  return Number.isFinite(value) ? { tag: '!!float', value } : undefined;
}

/** Go's integer literals with either sign, and `0b+1` or `0o-7`, which yaml.v3 lets through. */
const INTEGER = /^([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|(0|[1-9]\d*))$/;
const INNER_SIGN = /^0(?:b([-+])([01]+)|o([-+])([0-7]+))$/;

function integer(text: string): Resolved | undefined {
  const inner = INNER_SIGN.exec(text);
  if (inner) {
    const sign = inner[1] ?? inner[3] ?? '';
    return bounded(sign, BigInt(inner[2] === undefined ? `0o${inner[4]}` : `0b${inner[2]}`));
  }
  const found = INTEGER.exec(text);
  if (!found) return undefined;
  const [, sign = '', binary, octal, hex, decimal] = found;
  if (decimal !== undefined && decimal.length < 16) return { tag: '!!int', value: Number(text) };
  const magnitude = binary ? `0b${binary}` : octal ? `0o${octal}` : hex ? `0x${hex}` : (decimal ?? '0');
  return magnitude.length > 200 ? undefined : bounded(sign, BigInt(magnitude));
}

function bounded(sign: string, magnitude: bigint): Resolved | undefined {
  const limit = sign === '-' ? 2n ** 63n : sign === '+' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  if (magnitude > limit) return undefined;
  return { tag: '!!int', value: Number(sign === '-' ? -magnitude : magnitude) };
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))?)?$/;

/** Go's time.Parse with the four layouts that yaml.v3 tries: with `T` a zone is a must, with blanks it is an error. */
function isTimestamp(text: string): boolean {
  const found = TIMESTAMP.exec(text);
  if (!found) return false;
  const [, year, month, day, hour, minute, second, zoneHour, zoneMinute] = found.map(Number) as (number | undefined)[];
  if (found[4] !== undefined && /^\S+[Tt]/.test(text) !== /(Z|[-+]\d\d:\d\d)$/.test(text)) return false;
  const within = (value: number | undefined, most: number): boolean => Number.isNaN(value ?? 0) || (value ?? 0) <= most;
  if (!within(hour, 23) || !within(minute, 59) || !within(second, 59)) return false;
  if (!within(zoneHour, 24) || !within(zoneMinute, 60)) return false;
  return isDate(year ?? 0, month ?? 0, day ?? 0);
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}
