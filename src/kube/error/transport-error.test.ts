import { describe, expect, it } from 'vitest';
import { type ApiError, TlsError, type UnreachableError } from './api-error.ts';
import { codeOf, transportError } from './transport-error.ts';
import { UnsentError } from './unsent-error.ts';

const failure = (code: string, message = code): Error => Object.assign(new Error(message), { code });
const errorOf = (cause: unknown): ApiError =>
  transportError({ method: 'POST', path: '/api', server: 'https://api.example', cause });

describe('transportError', () => {
  it('knows that nothing was sent from when it failed, not from how', () => {
    const maybeDone = (cause: unknown): boolean => (errorOf(cause) as UnreachableError).maybeDone;
    for (const code of [
      'ECONNREFUSED',
      'ENOTFOUND',
      'EHOSTUNREACH',
      'ETIMEDOUT',
      'ECONNRESET',
      'UND_ERR_CONNECT_TIMEOUT',
    ]) {
      expect(maybeDone(new UnsentError(failure(code)))).toBe(false);
      // A network that goes away under an answer is told with the same codes.
      expect(maybeDone(failure(code))).toBe(true);
    }
    for (const code of ['EPIPE', 'UND_ERR_SOCKET', 'ERR_HTTP2_STREAM_ERROR'])
      expect(maybeDone(failure(code))).toBe(true);
  });

  it('says where a connection broke', () => {
    expect(errorOf(new UnsentError(failure('ECONNRESET'))).message).toBe(
      'cannot reach https://api.example: the connection was taken and dropped before TLS was up',
    );
    expect(errorOf(failure('ECONNRESET')).message).toBe(
      'cannot reach https://api.example: the connection broke (ECONNRESET)',
    );
    expect(errorOf(new UnsentError(failure('ECONNREFUSED'))).message).toBe(errorOf(failure('ECONNREFUSED')).message);
    expect(errorOf(new UnsentError(failure('CERT_HAS_EXPIRED')))).toBeInstanceOf(TlsError);
  });

  it('tells TLS trouble from a missing network, with what to do', () => {
    const message = (code: string): string => {
      const error = errorOf(failure(code, `${code} said so`));
      expect(error).toBeInstanceOf(TlsError);
      return `${error.message} -> ${error.remedy}`;
    };
    expect(message('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('set tls-server-name');
    expect(message('UNABLE_TO_VERIFY_LEAF_SIGNATURE')).toContain('certificate-authority-data');
    expect(message('SELF_SIGNED_CERT_IN_CHAIN')).toContain('certificate-authority-data');
    expect(message('CERT_HAS_EXPIRED')).toContain('has expired');
    expect(message('EPROTO')).toContain('does not speak TLS');
    expect(message('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')).toContain('client certificate');
    expect(errorOf(failure('ECONNREFUSED')).message).toBe(
      'cannot reach https://api.example: nobody listens there (connection refused)',
    );
  });

  it('finds the code in causes and in what several addresses said', () => {
    expect(codeOf(new TypeError('fetch failed', { cause: failure('ENOTFOUND') }))).toBe('ENOTFOUND');
    expect(codeOf(new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]))).toBe('ECONNREFUSED');
    expect(codeOf('text')).toBe('');
  });

  it('says what a proxy answered', () => {
    const error = errorOf(failure('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'));
    expect(error.message).toContain('the proxy on the way answered 407');
    expect(error).toMatchObject({ code: 'unreachable', maybeDone: false });
  });
});
