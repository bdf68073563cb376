import type { Dispatcher } from 'undici';
import { UnsentError } from '../error/unsent-error.ts';

/**
 * Interceptor: what fails before undici has begun to write the request is handed on as an UnsentError.
 * undici calls `onRequestStart` when the connection is up, TLS included, just before it writes the request
 * (lib/dispatcher/client-h1.js and client-h2.js); without a connection it only calls `onResponseError`.
 */
export const markUnsent: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  let started = false;
  return dispatch(options, {
    onRequestStart(controller, context) {
      started = true;
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade(controller, status, headers, socket) {
      handler.onRequestUpgrade?.(controller, status, headers, socket);
    },
    onResponseStarted() {
      handler.onResponseStarted?.();
    },
    onResponseStart(controller, status, headers, text) {
      handler.onResponseStart?.(controller, status, headers, text);
    },
    onResponseData(controller, chunk) {
      handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError(controller, error) {
      handler.onResponseError?.(controller, started ? error : new UnsentError(error));
    },
  });
};
