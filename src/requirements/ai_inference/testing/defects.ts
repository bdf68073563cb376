import type { Cluster } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { API, GATEWAY, GROUP } from '../gateway.ts';

const ADMISSION = 'admissionregistration.k8s.io/v1';

/**
 * Something in a cluster that rewrites HTTPRoutes of that name as they are written: an admission policy. `patch`: JSON patch
 * operations as CEL has them.
 */
export async function rewriteRoutes(cluster: Cluster, route: string, patch: string): Promise<void> {
  const name = `rewrites-${route}`;
  await cluster.create({
    apiVersion: ADMISSION,
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [GROUP], apiVersions: ['*'], resources: ['httproutes'], operations: ['CREATE', 'UPDATE'] },
        ],
      },
      matchConditions: [{ name: 'this-route', expression: `object.metadata.name == '${route}'` }],
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patch } }],
    },
  });
  await cluster.create({
    apiVersion: ADMISSION,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name },
  });
}

/** A controller that grants every HTTPRoute the Services of every namespace that a case makes. Until the signal ends it. */
export async function grantEverything(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const grant = (namespace: string, from: string): KubeObject => ({
    apiVersion: `${GROUP}/v1`,
    kind: 'ReferenceGrant',
    metadata: { name: 'everything', namespace },
    spec: {
      from: [{ group: GROUP, kind: 'HTTPRoute', namespace: from }],
      to: [{ group: '', kind: 'Service' }],
    },
  });
  for await (const event of cluster.watch('v1/Namespace', { labels: 'plimsoll.dev/run', signal })) {
    if (event.type !== 'ADDED') continue;
    const { name = '' } = event.object.metadata;
    if (name.endsWith('-other')) await cluster.create(grant(name, name.slice(0, -'-other'.length)));
  }
}

/**
 * A controller of the class `liar` that accepts everything and says that it is programmed at that address, and runs no proxy.
 * Until the signal ends it.
 */
export async function lieAbout(cluster: Cluster, address: string, signal: AbortSignal): Promise<void> {
  const controllerName = 'liar.test/controller';
  const said = (object: KubeObject, types: readonly string[]): Record<string, unknown>[] =>
    types.map((type) => ({
      type,
      status: 'True',
      reason: type,
      message: '',
      observedGeneration: object.metadata.generation,
      lastTransitionTime: new Date().toISOString(),
    }));
  const made = await cluster.create({
    apiVersion: API,
    kind: 'GatewayClass',
    metadata: { name: 'liar' },
    spec: { controllerName },
  });
  await tell(cluster, made, { conditions: said(made, ['Accepted']) });
  for await (const event of cluster.watch(GATEWAY, { signal })) {
    if (event.type !== 'ADDED') continue;
    const { spec } = event.object as KubeObject & { spec: { gatewayClassName: string } };
    if (spec.gatewayClassName !== 'liar') continue;
    await tell(cluster, event.object, {
      conditions: said(event.object, ['Accepted', 'Programmed']),
      addresses: [{ type: 'IPAddress', value: address }],
    });
  }
}

async function tell(cluster: Cluster, { apiVersion, kind, metadata }: KubeObject, status: object): Promise<void> {
  const { name = '', namespace } = metadata;
  const ref = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  await cluster.patch(ref, { status }, { subresource: 'status' });
}
