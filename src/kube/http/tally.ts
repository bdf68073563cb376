import type { Impersonation } from './impersonation.ts';
import { urlOf, warningsOf } from './message.ts';
import type { RequestObserver, RequestRecord, RequestStats } from './observer.ts';
import type { RawRequest } from './request.ts';

/** One attempt while it runs. */
export interface OneAttempt {
  sent(bytes: number): void;
  received(bytes: number): void;
  answered(status: number, headers: Readonly<Record<string, string>>): void;
  failed(code: string): void;
  /** Tells the observers, once. @returns milliseconds */
  end(): number;
}

/** Counts every attempt of a connection and tells the observers. */
export class Tally {
  #requests = 0;
  #retries = 0;
  #sent = 0;
  #received = 0;
  readonly #byMethod: Record<string, number> = {};

  get stats(): RequestStats {
    return {
      requests: this.#requests,
      retries: this.#retries,
      sent: this.#sent,
      received: this.#received,
      byMethod: { ...this.#byMethod },
    };
  }

  begin(
    request: RawRequest,
    caller: { observers: readonly RequestObserver[]; as: Impersonation | undefined },
    attempt: number,
    stream: boolean,
  ): OneAttempt {
    const method = request.method ?? 'GET';
    this.#requests += 1;
    if (attempt > 1) this.#retries += 1;
    this.#byMethod[method] = (this.#byMethod[method] ?? 0) + 1;
    const began = performance.now();
    const record: RequestRecord = {
      n: this.#requests,
      method,
      path: urlOf(request),
      ms: 0,
      attempt,
      sent: 0,
      received: 0,
      stream,
      warnings: [],
      ...(caller.as === undefined ? {} : { as: caller.as.user }),
    };
    let told = false;
    return {
      sent: (bytes) => {
        record.sent += bytes;
        this.#sent += bytes;
      },
      received: (bytes) => {
        record.received += bytes;
        this.#received += bytes;
      },
      answered: (status, headers) => {
        record.status = status;
        record.warnings = warningsOf(headers);
        if (headers['audit-id'] !== undefined) record.auditId = headers['audit-id'];
        if (headers['date'] !== undefined) record.serverDate = headers['date'];
      },
      failed: (code) => {
        record.error = code;
      },
      end: () => {
        if (!told) {
          told = true;
          record.ms = performance.now() - began;
          for (const observer of caller.observers) observer(record);
        }
        return record.ms;
      },
    };
  }
}
