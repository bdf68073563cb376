import { ALL_METADATA_KEYS } from '../../program/versions.ts';
import type { Located, Submission } from '../submission.ts';

/** The metadata keys of the programme, in the order of its template. */
export const METADATA_FIELDS = ALL_METADATA_KEYS;
export type MetadataField = (typeof METADATA_FIELDS)[number];

/** The keys whose value is a web address. */
export const URL_FIELDS = [
  'websiteUrl',
  'repoUrl',
  'documentationUrl',
  'productLogoUrl',
  'k8sConformanceUrl',
] as const satisfies readonly MetadataField[];

/** The keys that a submission may leave out, by the instructions. */
export const OPTIONAL_FIELDS: ReadonlySet<MetadataField> = new Set(['repoUrl', 'productLogoUrl']);

/** `websiteUrl` -> `website_url`, `k8sConformanceUrl` -> `k8s_conformance_url`. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const BY_SNAKE: ReadonlyMap<string, MetadataField> = new Map(METADATA_FIELDS.map((key) => [snakeCase(key), key]));

export function isMetadataField(key: string): key is MetadataField {
  return (METADATA_FIELDS as readonly string[]).includes(key);
}

/** The field that a snake_case key stands for; undefined when it is none (or is the same word in both spellings). */
export function fieldOfSnakeKey(key: string): MetadataField | undefined {
  const field = BY_SNAKE.get(key);
  return field === key ? undefined : field;
}

/** The field's text as the official validator would read it: camelCase first, else snake_case; only strings. */
export function field(submission: Submission, key: MetadataField): Located<string> | undefined {
  const found = submission.metadata.get(key) ?? submission.metadata.get(snakeCase(key));
  if (typeof found?.value !== 'string') return undefined;
  const { value, line, column } = found;
  return { value, line, column };
}

/** All metadata strings under their camelCase name, in order of the file; unknown keys under their own. */
export function* metadataStrings(submission: Submission): Generator<Located<string> & { readonly field: string }> {
  for (const [key, { value, line, column }] of submission.metadata) {
    if (typeof value === 'string') yield { value, line, column, field: fieldOfSnakeKey(key) ?? key };
  }
}
