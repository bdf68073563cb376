import { isSecretName, patternsIn } from './secret-patterns.ts';

/** What stands where something secret was. */
export const REDACTED = '[redacted]';

/** Replaces what must not be written down; returns a copy. */
export type Redact = (value: unknown) => unknown;

/**
 * Makes a redaction from the built-in rules and the user's own patterns (matches are replaced). It takes out: the data of Secrets;
 * tokens, keys and passwords by name of their field, header or environment variable; bearer tokens, JWTs, private keys, cloud
 * keys, passwords in URLs and cloud account ids wherever they stand in a text; last-applied annotations and managedFields (which repeat
 * whole objects).
 */
export function redaction(own: readonly RegExp[] = []): Redact {
  const clean = (text: string): string =>
    patternsIn(own.reduce((left, pattern) => left.replace(pattern, REDACTED), text));
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return isSecretName(key) && value !== '' ? REDACTED : clean(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return walkObject(value as Record<string, unknown>, walk);
  };
  return (value) => walk(value, '');
}

const LEFT_OUT = new Set(['managedFields', 'kubectl.kubernetes.io/last-applied-configuration']);

function walkObject(
  object: Record<string, unknown>,
  walk: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  const secret = object['kind'] === 'Secret' || object['kind'] === 'SecretList';
  const entries = Object.entries(object).flatMap(([key, value]): [string, unknown][] => {
    if (LEFT_OUT.has(key)) return [];
    if (secret && (key === 'data' || key === 'stringData')) return [[key, allRedacted(value)]];
    if (secret && key === 'items' && Array.isArray(value))
      return [[key, value.map((item) => walk({ kind: 'Secret', ...(item as object) }, key))]];
    // { name: 'API_TOKEN', value: '...' }: environment variables, headers of probes, query parameters.
    if (
      key === 'value' &&
      typeof value === 'string' &&
      typeof object['name'] === 'string' &&
      isSecretName(object['name'])
    )
      return [[key, value === '' ? '' : REDACTED]];
    return [[key, walk(value, key)]];
  });
  return Object.fromEntries(entries);
}

/** Names of the keys stay: they tell which fields there were. */
function allRedacted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return REDACTED;
  return Object.fromEntries(Object.keys(value).map((key) => [key, REDACTED]));
}
