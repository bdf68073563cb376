import type { Permission } from './api-error.ts';

const WRITE_VERBS: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/**
 * The permission that a request needs, read from its method and path the way the API server does (k8s.io/apiserver
 * RequestInfo): what RBAC has to allow.
 */
export function permissionOf(method: string, pathWithQuery: string): Permission {
  const [path = '', search = ''] = pathWithQuery.split('?', 2);
  const query = new URLSearchParams(search);
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const isCore = parts[0] === 'api' && parts.length >= 3;
  const isGroup = parts[0] === 'apis' && parts.length >= 4;
  if (!isCore && !isGroup) {
    const verb = method === 'GET' || method === 'HEAD' ? 'get' : method.toLowerCase();
    return { verb, group: '', resource: '', namespace: undefined, name: undefined, nonResourcePath: path };
  }
  const group = isCore ? '' : (parts[1] ?? '');
  let rest = parts.slice(isCore ? 2 : 3);
  let namespace: string | undefined;
  // /namespaces/NS alone (or its status) is the object; longer paths are inside it.
  if (rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '')) {
    namespace = rest[1];
    rest = rest.slice(2);
  } else if (rest[0] === 'namespaces' && rest.length > 1) {
    // The API server fills the namespace in for requests on a namespace itself, too.
    namespace = rest[1];
  }
  const [plural = '', name, subresource] = rest;
  return {
    verb: verbOf(method, name !== undefined, query),
    group,
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    namespace,
    name,
    nonResourcePath: undefined,
  };
}

function verbOf(method: string, named: boolean, query: URLSearchParams): string {
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  const write = WRITE_VERBS[method];
  if (write !== undefined) return write;
  if (['1', 'true'].includes(query.get('watch') ?? '')) return 'watch';
  return named ? 'get' : 'list';
}

/** `list pods (API group "" , namespace default)`: for messages and remedies. */
export function showPermission(permission: Permission): string {
  if (permission.nonResourcePath !== undefined) return `${permission.verb} ${permission.nonResourcePath}`;
  const name = permission.name === undefined ? '' : ` ${JSON.stringify(permission.name)}`;
  const group = permission.group === '' ? '' : ` in API group ${permission.group}`;
  const where = permission.namespace === undefined ? ' at cluster scope' : ` in namespace ${permission.namespace}`;
  return `${permission.verb} ${permission.resource}${name}${group}${where}`;
}

/**
 * What the authorizer's own words say is missing, which may differ from what the request says (impersonation asks for
 * permissions of its own; their verbs since 1.37: `impersonate:user-info`, `impersonate-on:user-info:list`).
 */
export function permissionIn(said: string): Partial<Permission> {
  const url = /cannot (\S+) path "([^"]*)"/.exec(said);
  if (url !== null) return { verb: url[1] ?? '', nonResourcePath: url[2] };
  const match =
    /cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope)/.exec(
      said,
    );
  if (match === null) return {};
  const [, verb = '', resource = '', group = '', namespace] = match;
  return { verb, resource, group, namespace, nonResourcePath: undefined };
}

/** The RBAC rule that an administrator has to add. */
export function showRule({ verb, group, resource, nonResourcePath }: Permission): string {
  const rule =
    nonResourcePath === undefined
      ? `apiGroups ["${group}"], resources ["${resource}"], verbs ["${verb}"]`
      : `nonResourceURLs ["${nonResourcePath}"], verbs ["${verb}"]`;
  const also = verb.startsWith('impersonate') ? ' (or the verb impersonate on users, groups and uids)' : '';
  return `let an administrator allow it with the rule: ${rule}${also}`;
}
