import { list, named, number, type RecordedObject, text } from '../../case-kit/index.ts';
import { LISTENER } from './gateway-api.ts';

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
export function programmedOrWrongPort(gateway: RecordedObject): true | string {
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
export function addressesOf(gateway: RecordedObject): readonly string[] {
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
export function attachedRoutes(gateway: RecordedObject): number | undefined {
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
