import { LineSplitter } from './http/line-splitter.ts';
import type { CallOptions } from './http/request.ts';

export interface LogOptions extends CallOptions {
  container?: string;
  /** The container's previous run. */
  previous?: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  /** At most this many bytes. */
  limitBytes?: number;
  /** Begin each line with an RFC 3339 time. */
  timestamps?: boolean;
}

/** Path and query of a pod's log. */
export function logRequest(
  pod: { namespace: string; name: string },
  options: LogOptions,
  follow: boolean,
): { path: string; query: Record<string, string | number | boolean | undefined> } {
  return {
    path: `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`,
    query: {
      container: options.container,
      follow: follow || undefined,
      previous: options.previous || undefined,
      tailLines: options.tailLines,
      sinceSeconds: options.sinceSeconds,
      limitBytes: options.limitBytes,
      timestamps: options.timestamps || undefined,
    },
  };
}

/** Lines as text; the last one also without its end. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) for (const line of splitter.push(chunk)) yield line.toString('utf8');
  const rest = splitter.rest();
  if (rest.length > 0) yield rest.toString('utf8');
}
