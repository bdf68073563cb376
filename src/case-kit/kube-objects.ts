/** What requirements do with objects, paths and refusals of the Kubernetes API, beside their types. */
export { refusalCause } from '../evidence/environment/refusal-cause.ts';
export { isObject, kindName, refOf } from '../kube/object.ts';
export { proxyPath } from '../kube/proxy.ts';
