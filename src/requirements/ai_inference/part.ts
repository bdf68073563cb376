import type { Bench, Handle } from '../../case-kit/index.ts';
import type { GatewayParams } from './instances.ts';

/** What the parts of one act have in common: one Gateway and its backends. */
export interface Ground {
  /** Where the Gateway may answer; never empty. */
  readonly urls: readonly string[];
  /** Backend -> URL of its Service, past the Gateway. */
  readonly direct: Readonly<Record<string, string>>;
  /** The namespace of the backends in `elsewhere`. */
  readonly other: string;
}

/**
 * What one case does with the Gateway: its routes, then its requests. The cases with traffic share one act (traffic.ts), so that
 * a cluster has to make one Gateway, on a cloud one load balancer, for each class.
 */
export interface Part {
  /** Id of the case. */
  readonly id: `ai_inference/${string}`;
  /** Backends that it needs in the case's namespace, and in another one. */
  readonly models: readonly string[];
  readonly elsewhere?: readonly string[];
  /** Creates its routes, each in a group of its own name. */
  route(bench: Bench, params: GatewayParams, ground: Ground): Promise<readonly Handle[]>;
  /** Waits for what is said of them, and asks. */
  ask(bench: Bench, params: GatewayParams, ground: Ground, routes: readonly Handle[]): Promise<void>;
}
