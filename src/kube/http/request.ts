/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it rejects with `signal.reason`. */
  signal?: AbortSignal;
  /** Deadline in milliseconds, retries included; default 30 000 (or the view's). Past it `TimeoutError` is thrown. */
  timeoutMs?: number;
}

export interface RawRequest extends CallOptions {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, for example `/api/v1/nodes`; may carry a query. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** An object is sent as JSON; a string or bytes as they are. */
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  accept?: string;
  headers?: Readonly<Record<string, string>>;
  /** Return answers of 400 and above instead of throwing them. Default false. */
  anyStatus?: boolean;
}

export interface Answer {
  method: string;
  /** Path with query. */
  path: string;
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Parsed when the answer is JSON, else undefined. */
  body: unknown;
  text: string;
  /** Milliseconds of the last attempt. */
  ms: number;
}
