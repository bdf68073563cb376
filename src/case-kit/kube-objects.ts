/** What requirements do with objects and paths of the Kubernetes API, beside their types. */
export { isObject, kindName, refOf } from '../kube/object.ts';
export { proxyPath } from '../kube/proxy.ts';
