import type { CallOptions } from './request.ts';

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
