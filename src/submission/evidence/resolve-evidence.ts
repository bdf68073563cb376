import { posix } from 'node:path';
import { trimSpace } from './go-text.ts';

/** Where a local evidence item leads, or why it leads nowhere. */
export type ResolvedEvidence =
  | { readonly kind: 'path'; readonly path: string; readonly fragment: string }
  | { readonly kind: 'empty' | 'other-product' | 'escapes' };

const OTHER_PRODUCT = /^v\d+\.\d+\/[^/]+\//;

/**
 * A local evidence item as the newest official validator resolves it. `productFolder` is relative to the checkout
 * (`v1.36/acme`), and so is the path that comes out.
 */
export function resolveEvidence(productFolder: string, item: string): ResolvedEvidence {
  const written = withoutPrefix(trimSpace(item), 'file://');
  const hash = written.indexOf('#');
  const fragment = hash === -1 ? '' : written.slice(hash + 1);
  const raw = withoutPrefix(trimSpace(hash === -1 ? written : written.slice(0, hash)), '/');
  if (raw === '') return { kind: 'empty' };
  const folder = clean(productFolder);
  const own = `${clean(`${posix.basename(posix.dirname(folder))}/${posix.basename(folder)}`)}/`;
  if (!raw.startsWith(own) && OTHER_PRODUCT.test(raw)) return { kind: 'other-product' };
  const path = clean(`${folder}/${withoutPrefix(raw, own)}`);
  return path.startsWith(`${folder}/`) ? { kind: 'path', path, fragment } : { kind: 'escapes' };
}

/** A local evidence item as the validator of August 2026 resolves it: `..` may lead anywhere, a fragment is part of the name. */
export function resolveEvidenceOlder(productFolder: string, item: string): string {
  return clean(`${productFolder}/${item}`);
}

/** Go's filepath.Clean on Unix. */
function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
