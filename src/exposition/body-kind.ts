/** What an answer is, before any line of it is read. */
export type BodyKind =
  | { readonly format: 'text' | 'openmetrics' }
  | { readonly format: 'none'; readonly code: 'not-exposition' | 'too-large'; readonly message: string };

/** Bytes of one answer. A node exporter's is about 0.1 MiB, kube-state-metrics of a large cluster some tens: not asked here. */
export const MOST_BYTES = 16 * 1024 * 1024;

const MEDIA: Readonly<Record<string, BodyKind>> = {
  'text/plain': { format: 'text' },
  'application/openmetrics-text': { format: 'openmetrics' },
};

/**
 * By Content-Type, as Prometheus chooses its parser; without one, by the first characters. `text/html`, JSON and protobuf are
 * refused even when their text would read as an exposition: a scraper goes by the header.
 */
export function bodyKind(text: string, contentType: string | undefined): BodyKind {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) {
    const message = `the answer has ${(bytes / 2 ** 20).toFixed(1)} MiB; more than ${MOST_BYTES / 2 ** 20} MiB is not read`;
    return { format: 'none', code: 'too-large', message };
  }
  const media = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const looks = whatItLooksLike(text);
  if (media === '') return looks === undefined ? { format: 'text' } : refused(`it has no Content-Type and is ${looks}`);
  const known = MEDIA[media];
  if (known === undefined) return refused(`its Content-Type is ${shown(contentType ?? '')}`);
  return looks === undefined ? known : refused(`it says ${media} and is ${looks}`);
}

function refused(why: string): BodyKind {
  const message = `this is no Prometheus or OpenMetrics exposition: ${why}`;
  return { format: 'none', code: 'not-exposition', message };
}

function whatItLooksLike(text: string): string | undefined {
  const start = text.slice(0, 4096).trimStart();
  if (start === '') return undefined;
  if (start.startsWith('<')) return /^<\?xml/i.test(start) ? 'XML' : 'HTML';
  // A quoted metric name begins with a brace too ({"a.b"} 1), but is no JSON.
  if (/^\{\s*("[^"]*"\s*:|\})|^\[/.test(start)) return 'JSON';
  // A NUL within a label is legal; no line begins with a control character.
  return start.charCodeAt(0) < 32 ? 'binary' : undefined;
}

function shown(contentType: string): string {
  return JSON.stringify(contentType.length > 100 ? `${contentType.slice(0, 100)}...` : contentType);
}
