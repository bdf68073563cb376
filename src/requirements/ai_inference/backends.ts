import { all, type Bench, type KubeObject, pinnedPod, ready, text } from '../../case-kit/index.ts';
import { API, inUrl, LISTENER } from './gateway.ts';
import type { GatewayParams } from './instances.ts';

/** The path that every route of these cases serves, as clients of an OpenAI-like API ask for it. */
export const MODELS = '/v1/models';
export const CHAT = '/v1/chat/completions';
/** A path that the backends would answer, and no route names. */
export const UNROUTED = '/unrouted';

const SERVED = '/tmp/plimsoll-served';
const UP = '/tmp/plimsoll-up';

/**
 * Busybox' httpd with the same few files at every path that is asked for. Each says whose answer it is and of which run, so that
 * no cache and no other program's answer can be taken for it.
 */
const SERVE = `
mkdir -p ${SERVED}/v1/chat && cd ${SERVED} || exit 1
for file in index.html ${UNROUTED.slice(1)} ${MODELS.slice(1)} ${CHAT.slice(1)}; do
  echo "plimsoll $PLIMSOLL_RUN $PLIMSOLL_MODEL" > "$file"
done
: > ${UP}
exec httpd -f -p 8080 -h ${SERVED}
`;

/** Name of a backend's Service. */
export function serviceOf(model: string): string {
  return `model-${model}`;
}

/**
 * Backends, each a pod with a Service in front, all ready when it returns.
 * @returns backend -> URL of its Service, past any gateway
 */
export async function startBackends(
  bench: Bench,
  params: GatewayParams,
  models: readonly string[],
  namespace = bench.namespace,
): Promise<Record<string, string>> {
  const group = `backends ${models.join('')}`.replace(' ', '-');
  const urls = await Promise.all(
    models.map(async (model) => {
      const pod = pinnedPod(bench, {
        name: `backend-${model}`,
        labels: { 'plimsoll-model': model },
        spec: { tolerations: [...params.tolerations], terminationGracePeriodSeconds: 0 },
        containers: [
          {
            name: 'backend',
            script: SERVE,
            env: { PLIMSOLL_RUN: bench.run, PLIMSOLL_MODEL: model },
            readyFile: UP,
          },
        ],
      });
      const [, service] = await Promise.all([
        bench.create({ ...pod, metadata: { ...pod.metadata, namespace } }, { group }),
        bench.create({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: serviceOf(model), namespace },
          spec: { selector: { 'plimsoll-model': model }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
        }),
      ]);
      return [model, `http://${inUrl(text(service.object, 'spec.clusterIP'))}`] as const;
    }),
  );
  await bench.until(bench.pods({ group }), all(ready, models.length), { within: '3m' });
  return Object.fromEntries(urls);
}

/** Backend -> weight; `null` leaves the weight out, as for a single backend. */
type Weights = Readonly<Record<string, number | null>>;

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
