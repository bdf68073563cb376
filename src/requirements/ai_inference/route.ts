import type { Bench, KubeObject } from '../../case-kit/index.ts';
import { serviceOf } from './backends.ts';
import { API, LISTENER } from './gateway-api.ts';

/** Backend -> weight; `null` leaves the weight out, as for a single backend. */
export type Weights = Readonly<Record<string, number | null>>;

export interface Rule {
  /** Path prefix; default `/`. */
  readonly path?: string;
  /** Headers that all have to be there, exactly. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly to: Weights;
  /** Namespace of the backends' Services when it is another than the route's. */
  readonly namespace?: string;
}

/** Host name of a route: `.test` is reserved (RFC 6761), the case's namespace keeps it apart from others on a shared proxy. */
export function hostOf(bench: Pick<Bench, 'namespace'>, route: string): string {
  return `${route}.${bench.namespace}.plimsoll.test`;
}

/** An HTTPRoute of the case's Gateway for a host of its own. */
export function routeObject(bench: Pick<Bench, 'namespace'>, name: string, rules: readonly Rule[]): KubeObject {
  return {
    apiVersion: API,
    kind: 'HTTPRoute',
    metadata: { name },
    spec: {
      parentRefs: [{ name: bench.namespace, sectionName: LISTENER }],
      hostnames: [hostOf(bench, name)],
      rules: rules.map(ruleOf),
    },
  };
}

/** A rule as it stands in `spec.rules`. */
export function ruleOf({ path = '/', headers = {}, to, namespace }: Rule): Record<string, unknown> {
  const named = Object.entries(headers).map(([name, value]) => ({ type: 'Exact', name, value }));
  return {
    matches: [{ path: { type: 'PathPrefix', value: path }, ...(named.length === 0 ? {} : { headers: named }) }],
    backendRefs: Object.entries(to).map(([model, weight]) => ({
      name: serviceOf(model),
      port: 80,
      ...(namespace === undefined ? {} : { namespace }),
      ...(weight === null ? {} : { weight }),
    })),
  };
}
