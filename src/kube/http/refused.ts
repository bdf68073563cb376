import type { ApiError } from '../error/api-error.ts';
import { statusError } from '../error/status-error.ts';
import type { Credential } from '../login/credentials.ts';
import { parseJson, retryAfterOf } from './message.ts';

/** An answer of 400 and above, on its way to becoming a typed error. */
export class Refused extends Error {
  readonly status: number;
  readonly credential: Credential;
  readonly retryAfterSeconds: number | undefined;
  readonly #at: { method: string; path: string; headers: Readonly<Record<string, string>>; bytes: Buffer };

  constructor(
    at: { method: string; path: string; headers: Readonly<Record<string, string>>; bytes: Buffer },
    status: number,
    credential: Credential,
  ) {
    super(`HTTP ${status}`);
    this.status = status;
    this.credential = credential;
    this.retryAfterSeconds = retryAfterOf(at.headers);
    this.#at = at;
  }

  /** @param shown what the credential was, in words */
  toApiError(shown: string): ApiError {
    const text = this.#at.bytes.toString('utf8');
    return statusError({
      method: this.#at.method,
      path: this.#at.path,
      status: this.status,
      body: parseJson(text, this.#at.headers),
      text,
      retryAfterSeconds: this.retryAfterSeconds,
      credential: shown,
    });
  }
}
