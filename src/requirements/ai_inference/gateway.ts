import {
  type Bench,
  type Condition,
  type Facts,
  fact,
  type Handle,
  type KindName,
  type KubeObject,
  list,
  named,
  number,
  phases,
  type RecordedObject,
  text,
} from '../../case-kit/index.ts';
import type { GatewayParams } from './instances.ts';

export const GROUP = 'gateway.networking.k8s.io';
/** The version that the requirement's official bar names. */
export const API = `${GROUP}/v1`;
export const CLASS: KindName = `${API}/GatewayClass`;
export const GATEWAY: KindName = `${API}/Gateway`;
export const ROUTE: KindName = `${API}/HTTPRoute`;
/** Name of the one listener of every Gateway that a case makes. */
export const LISTENER = 'http';

/** ReferenceGrant became v1 with Gateway API 1.5; before, v1beta1 is the one that counts. */
export const GRANT_VERSIONS = ['v1', 'v1beta1'] as const;

/** The ReferenceGrant to work with; undefined when none is served. */
export function grantKind({ resources }: Pick<Facts, 'resources'>): KindName | undefined {
  return GRANT_VERSIONS.map((version): KindName => `${GROUP}/${version}/ReferenceGrant`).find(
    (kind) => resources.find(kind) !== undefined,
  );
}

/** A condition of a list of them, unless it speaks of an older generation (then it says nothing about what is asked now). */
function current(object: RecordedObject, conditions: readonly unknown[], type: string): unknown {
  const found = conditions.find((one) => text(one, 'type') === type);
  const observed = number(found, 'observedGeneration');
  return observed !== undefined && observed < (object.metadata.generation ?? 0) ? undefined : found;
}

function isTrue(condition: unknown): boolean {
  return text(condition, 'status') === 'True';
}

/** `Programmed=False (AddressNotAssigned: no address)`. */
function said(type: string, condition: unknown): string {
  if (condition === undefined) return `nothing was said yet of ${type}`;
  const words = [text(condition, 'reason'), text(condition, 'message')].filter((part) => part !== '').join(': ');
  return `${type}=${text(condition, 'status')}${words === '' ? '' : ` (${words})`}`;
}

/** A controller has accepted the GatewayClass in its present generation. */
export function acceptedClass(object: RecordedObject): true | string {
  const found = current(object, list(object, 'status.conditions'), 'Accepted');
  return isTrue(found) || said('Accepted', found);
}

/** The Gateway is accepted, programmed, and says where. Both conditions of its present generation. */
export function programmed(gateway: RecordedObject): true | string {
  for (const type of ['Accepted', 'Programmed']) {
    const found = current(gateway, list(gateway, 'status.conditions'), type);
    if (!isTrue(found)) return said(type, found);
  }
  return addressesOf(gateway).length > 0 || 'programmed, but status.addresses is empty';
}

/** Why the listener's port cannot be used with this implementation; undefined when nothing is said against it. */
export function portRefused(gateway: RecordedObject): string | undefined {
  const refused = list(gateway, 'status.listeners')
    .flatMap((listener) => list(listener, 'conditions'))
    .find(
      (condition) =>
        text(condition, 'reason') === 'PortUnavailable' && current(gateway, [condition], text(condition, 'type')),
    );
  return refused === undefined ? undefined : text(refused, 'message') || 'PortUnavailable';
}

/** Programmed, or refused for its port: either way there is something to do now. */
function programmedOrWrongPort(gateway: RecordedObject): true | string {
  return portRefused(gateway) !== undefined || programmed(gateway);
}

/**
 * Nothing but an address is missing: accepted, and what is said of Programmed is that no address (Gateway API:
 * AddressNotAssigned, AddressNotUsable) or no infrastructure (NoResources) is to be had.
 */
export function lacksAddress(gateway: RecordedObject): boolean {
  const conditions = list(gateway, 'status.conditions');
  if (!isTrue(current(gateway, conditions, 'Accepted'))) return false;
  const found = current(gateway, conditions, 'Programmed');
  const reason = text(found, 'reason');
  return isTrue(found)
    ? addressesOf(gateway).length === 0
    : ['AddressNotAssigned', 'AddressNotUsable', 'NoResources'].includes(reason);
}

/** Hosts of `status.addresses`, ready for a URL: IPv6 in brackets, names as they are. */
function addressesOf(gateway: RecordedObject): readonly string[] {
  return list(gateway, 'status.addresses')
    .map((address) => text(address, 'value'))
    .filter((value) => value !== '')
    .map(inUrl);
}

/** A host as it stands in a URL. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Routes that the listener says are attached to it; undefined when it says nothing. */
function attachedRoutes(gateway: RecordedObject): number | undefined {
  const listener = list(gateway, 'status.listeners').find((one) => text(one, 'name') === LISTENER);
  return number(listener, 'attachedRoutes');
}

/** The listener counts so many routes. */
export function counts(routes: number): (gateway: RecordedObject) => true | string {
  return named(`attachedRoutes ${routes}`, (gateway: RecordedObject) => {
    const attached = attachedRoutes(gateway);
    return attached === routes || `attachedRoutes is ${attached ?? 'not there'} instead of ${routes}`;
  });
}

/** What the controller says of a route: conditions of the parent that it answers for. */
function parentConditions(route: RecordedObject, controller: string): readonly unknown[] {
  const parent = list(route, 'status.parents').find((one) => text(one, 'controllerName') === controller);
  return list(parent, 'conditions');
}

/** The route is accepted and all its references are resolved, by this controller, in its present generation. */
export function attached(controller: string): (route: RecordedObject) => true | string {
  return named('accepted and resolved', (route: RecordedObject) => {
    const conditions = parentConditions(route, controller);
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const found = current(route, conditions, type);
      if (!isTrue(found)) return said(type, found);
    }
    return true;
  });
}

/** The controller says of the route that a reference of it is not resolved, for that reason (Gateway API). */
export function unresolved(controller: string, reason: string): (route: RecordedObject) => true | string {
  return named(`ResolvedRefs=False (${reason})`, (route: RecordedObject) => {
    const found = current(route, parentConditions(route, controller), 'ResolvedRefs');
    const fits = text(found, 'status') === 'False' && text(found, 'reason') === reason;
    return fits || said('ResolvedRefs', found);
  });
}

/**
 * Labels by which the Service that an implementation made for a Gateway is known: the Gateway API's own (GEP-1762) and those of
 * implementations that put it into the controller's namespace or came before that one.
 */
const NAME_LABELS = [
  'gateway.networking.k8s.io/gateway-name',
  'gateway.envoyproxy.io/owning-gateway-name',
  'io.cilium.gateway/owning-gateway',
  'istio.io/gateway-name',
] as const;

/**
 * URLs of the Services that were made for a Gateway, wherever they are. The Gateway's name has to be one that no other Gateway of
 * the cluster has.
 */
async function gatewayServiceUrls(bench: Bench, gateway: string, port: number): Promise<readonly string[]> {
  const found = await Promise.all(
    NAME_LABELS.map((label) => bench.list('v1/Service', { labels: `${label}=${gateway}` })),
  );
  const services = new Map(found.flat().map((service) => [service.metadata.uid ?? '', service]));
  return [...services.values()].flatMap((service) => urlOf(service, port) ?? []);
}

function urlOf(service: KubeObject, port: number): string | undefined {
  const address = text(service, 'spec.clusterIP');
  if (address === '' || address === 'None') return undefined;
  const ports = list(service, 'spec.ports').map((one) => number(one, 'port'));
  if (ports.includes(port)) return `http://${inUrl(address)}:${port}`;
  return ports[0] === undefined ? undefined : `http://${inUrl(address)}:${ports[0]}`;
}

/** How long an implementation may take to program a Gateway (a cloud makes a load balancer meanwhile). */
export const PROGRAMMED_WITHIN = '5m';
/** After that, a Gateway that lacks nothing but an address is asked through its Service. */
const ADDRESS_WITHIN = '30s';
/** Where implementations that take a listener only at a port that they listen on anyway do so (Traefik's and Kong's charts). */
const USUAL_PORTS = [80, 8000, 8080] as const;

/** A Gateway, and where it may answer, the most official address first. Empty when there is nowhere to ask. */
interface Standing {
  readonly gateway: Handle;
  readonly urls: readonly string[];
}

/** From when the Gateway stands to be programmed; and its routes are asked, by which two of the cases have theirs changed. */
export const P = phases({
  stands: ['gateway created', 'gateway waited for'],
  swapped: ['weights swapped', 'swapped over'],
  granted: ['granted and deleted', 'granted over'],
});
/** How many routes were attached to it. */
export const ROUTES = fact<{ readonly routes: number }>('routes created');
const WAITED_FOR = fact<{ readonly port: number; readonly urls: readonly string[] }>('gateway waited for');

/**
 * Creates a Gateway with one HTTP listener and waits until it is programmed. Marks `gateway created` and, after the last wait,
 * `gateway waited for`.
 */
export async function standGateway(bench: Bench, params: GatewayParams): Promise<Standing> {
  const gateway = await bench.create(gatewayObject(bench, params.className, USUAL_PORTS[0]));
  bench.mark(P.stands.from);
  const now = (): KubeObject => bench.current(gateway)[0] ?? gateway.object;
  const soon = { within: ADDRESS_WITHIN, otherwise: 'go-on' } as const;
  let port: number = USUAL_PORTS[0];
  await bench.until(gateway, programmedOrWrongPort, soon);
  for (const other of portRefused(now()) === undefined ? [] : await otherPorts(bench, params.className)) {
    port = other;
    const changed = await bench.patch(gateway.ref, { spec: { listeners: [listener(port)] } });
    await bench.until(gateway, since(changed.metadata.generation ?? 0, programmedOrWrongPort), soon);
    if (portRefused(now()) === undefined) break;
  }
  // Nothing is missing but an address, and the Service is known: a cluster without load balancers.
  const waiting = programmed(now()) !== true && portRefused(now()) === undefined;
  if (waiting && !(lacksAddress(now()) && (await gatewayServiceUrls(bench, bench.namespace, port)).length > 0))
    await bench.until(gateway, programmed, { within: PROGRAMMED_WITHIN, otherwise: 'go-on' });
  const last = now();
  const askable = programmed(last) === true || lacksAddress(last);
  const urls = askable
    ? [
        ...addressesOf(last).flatMap((host) => urlsOf(host, port)),
        ...(await gatewayServiceUrls(bench, bench.namespace, port)),
      ]
    : [];
  bench.learn(WAITED_FOR, { port, urls });
  return { gateway, urls: [...new Set(urls)] };
}

/** Where the listener's port is one of the implementation's own, the load balancer before it usually takes port 80. */
function urlsOf(host: string, port: number): readonly string[] {
  return [...new Set([port, 80])].map((one) => `http://${host}:${one}`);
}

/** The condition, once the watch shows the object in that generation: what is said before is of what it was. */
function since(generation: number, condition: Condition): Condition {
  return named(condition.name, (object: RecordedObject) =>
    (object.metadata.generation ?? 0) < generation ? 'the change has not been seen yet' : condition(object),
  );
}

/** Its name is that of the case's namespace, which no other Gateway of the cluster has: its Service is found by it. */
function gatewayObject(bench: Bench, className: string, port: number): KubeObject {
  const [apiVersion, kind] = [GATEWAY.slice(0, GATEWAY.lastIndexOf('/')), 'Gateway'];
  const metadata = { name: bench.namespace };
  return { apiVersion, kind, metadata, spec: { gatewayClassName: className, listeners: [listener(port)] } };
}

function listener(port: number): Record<string, unknown> {
  return { name: LISTENER, protocol: 'HTTP', port, allowedRoutes: { namespaces: { from: 'Same' } } };
}

/** Ports of HTTP listeners that Gateways of this class have already, then the usual ones. */
async function otherPorts(bench: Bench, className: string): Promise<readonly number[]> {
  const gateways = await bench.list(GATEWAY);
  const used = gateways
    .filter((gateway) => text(gateway, 'spec.gatewayClassName') === className)
    .flatMap((gateway) => list(gateway, 'spec.listeners'))
    .filter((one) => text(one, 'protocol') === 'HTTP')
    .flatMap((one) => number(one, 'port') ?? []);
  return [...new Set([...used, ...USUAL_PORTS])].filter((port) => port !== USUAL_PORTS[0]);
}
