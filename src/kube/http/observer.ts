/** One attempt at one request, told when its answer is whole (for a stream: when the headers arrived). */
export interface RequestRecord {
  /** Number of the attempt on this connection, from 1. */
  n: number;
  method: string;
  /** Path with query. */
  path: string;
  /** undefined when no answer came. */
  status?: number;
  /** Stable code of the error it became (`unreachable`, `forbidden`, ...), undefined when it succeeded. */
  error?: string;
  /** Milliseconds from sending to the whole answer. */
  ms: number;
  /** 1 for the first try, 2 for the first retry, ... */
  attempt: number;
  /** Bytes of body sent and received (compressed size never differs: no compression is asked for). */
  sent: number;
  received: number;
  /** A watch or a followed log: `ms` is the time to the headers and `received` is 0. */
  stream: boolean;
  /** Whose identity was used instead of our own. */
  as?: string;
  /** The API server's Warning headers: deprecated APIs, unknown fields. */
  warnings: readonly string[];
  /** Audit-Id header: finds the request in the API server's audit log. */
  auditId?: string;
  /** Date header, the server's clock at that moment. */
  serverDate?: string;
}

/** Called for every attempt, synchronously; must not throw. */
export type RequestObserver = (record: RequestRecord) => void;

export interface RequestStats {
  /** Attempts, retries included. */
  readonly requests: number;
  readonly retries: number;
  readonly sent: number;
  readonly received: number;
  /** Attempts by method, for example `{ GET: 12, PATCH: 3 }`. */
  readonly byMethod: Readonly<Record<string, number>>;
}
