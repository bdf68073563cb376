import { condition, text } from '../../evidence/index.ts';
import type { KubeObject } from '../../kube/object.ts';

/** Why a namespace does not go, as its own conditions say, and what to do about it. */
export interface NamespaceHold {
  readonly why: string;
  readonly remedy: string;
}

/**
 * The conditions that the namespace controller sets while it tries to delete a namespace (k8s.io/api/core/v1, NamespaceConditionType),
 * the cause before its consequences; undefined when none of them says anything.
 */
export function whyNamespaceStays(namespace: KubeObject): NamespaceHold | undefined {
  const said = (type: string): string | undefined => {
    const one = condition(namespace, type);
    return text(one, 'status') === 'True' ? (text(one, 'message') ?? type) : undefined;
  };
  const holds: NamespaceHold[] = [];
  const discovery = said('NamespaceDeletionDiscoveryFailure');
  if (discovery !== undefined) holds.push(silentApi(discovery));
  const versions = said('NamespaceDeletionGroupVersionParsingFailure');
  if (versions !== undefined) holds.push(brokenApi('NamespaceDeletionGroupVersionParsingFailure', versions));
  const content = said('NamespaceDeletionContentFailure');
  if (content !== undefined) holds.push(brokenApi('NamespaceDeletionContentFailure', content));
  const remaining = [said('NamespaceFinalizersRemaining'), said('NamespaceContentRemaining')].filter(
    (one) => one !== undefined,
  );
  if (remaining.length > 0)
    holds.push({
      why: remaining.join('; '),
      remedy: `What still lives in it has to go first (is the controller behind a finalizer running?): kubectl get namespace ${namespace.metadata.name} -o yaml.`,
    });
  if (holds.length === 0) return undefined;
  return { why: holds.map(({ why }) => why).join('; '), remedy: holds.map(({ remedy }) => remedy).join(' ') };
}

/** While one API group cannot be listed, the controller cannot know that the namespace is empty, and no namespace of the cluster goes. */
function silentApi(message: string): NamespaceHold {
  const apis = silentApis(message);
  if (apis.length === 0) return brokenApi('NamespaceDeletionDiscoveryFailure', message);
  const services = apis.map(apiServiceOf).join(' ');
  return {
    why: `the aggregated API ${apis.join(', ')} does not answer, so nobody can tell whether the namespace is empty (NamespaceDeletionDiscoveryFailure: ${message})`,
    remedy: `No namespace of this cluster can go until it answers: see kubectl get apiservice ${services} and the service behind it. Bring that back, or, if nobody needs this API any more, kubectl delete apiservice ${services}.`,
  };
}

function brokenApi(type: string, message: string): NamespaceHold {
  return {
    why: `${type}: ${message}`,
    remedy: 'See kubectl get apiservices, and the webhooks for deletions, for one that does not work.',
  };
}

/** The API versions that a discovery error names (k8s.io/client-go/discovery, ErrGroupDiscoveryFailed: `GROUP/VERSION: why, ...`). */
function silentApis(message: string): string[] {
  const named = message.matchAll(
    /(?<![\w./-])([a-z0-9][a-z0-9.-]*\.[a-z0-9.-]*[a-z0-9])\/(v\d+(?:(?:alpha|beta)\d+)?)(?![\w/])/g,
  );
  return [...new Set([...named].map(([api]) => api))];
}

/** An APIService is named VERSION.GROUP. */
function apiServiceOf(api: string): string {
  const [group = '', version = ''] = api.split('/');
  return `${version}.${group}`;
}
