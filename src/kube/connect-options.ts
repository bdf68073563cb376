import type { Impersonation } from './http/impersonation.ts';
import type { RequestObserver } from './http/observer.ts';

/** Where and as whom to connect. */
export interface ConnectOptions {
  /** Path of a kubeconfig. Default: `$KUBECONFIG` (several files are merged), then ~/.kube/config, then in-cluster. */
  kubeconfig?: string;
  /** A context of it; default its current-context. */
  context?: string;
  /** Speak as somebody else, instead of the kubeconfig's `as`. */
  as?: Impersonation;
  /** Dial this unix socket instead of the server's address (TLS and names stay as the kubeconfig says). */
  socketPath?: string;
  onRequest?: RequestObserver;
  signal?: AbortSignal;
  /** Deadline of each request in milliseconds; default 30 000. */
  timeoutMs?: number;
  /** Once the API server has answered, how long reads (and writes that were never sent) are retried while it is away; default 20 000 ms. */
  outageMs?: number;
  /** A credential plugin may ask the person at the terminal; default: there is one. */
  interactive?: boolean;
  /** What a credential plugin prints to standard error while it runs; default: passed on when a person sits there. */
  onPluginMessage?: (text: string) => void;
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv;
}
