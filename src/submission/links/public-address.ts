import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Thrown instead of connecting to an address that is not on the public internet. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** May we connect to this address? Tests allow loopback; nothing else does. */
export type Permission = (address: string) => boolean;

/**
 * Whether an address is on the public internet: unicast, and in none of the ranges for private, loopback, link-local
 * (cloud metadata), carrier NAT, unique local, multicast, documentation, benchmark or transition use. An IPv4 address
 * inside an IPv6 one (mapped, NAT64) is judged by itself.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast';
  const range = parsed.range();
  const bytes = parsed.toByteArray();
  if (range === 'ipv4Mapped' || range === 'rfc6052') return isPublicAddress(bytes.slice(12).join('.'));
  // What is not handed out for global unicast (2000::/3) is not public, however the library calls it.
  return range === 'unicast' && ((bytes[0] ?? 0) & 0xe0) === 0x20;
}

/** Why a URL may not even be tried; undefined when its host is a name (judged when it is resolved) or a public address. */
export function refusalOf(url: URL, permitted: Permission): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `it leads to ${url.protocol} which is not asked`;
  if (url.username !== '' || url.password !== '') return 'it holds a user name or a password';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !permitted(host) ? `${host} is not a public address` : undefined;
}

/** A lookup for sockets that fails unless every address of the name may be connected to. */
export function guardedLookup(lookup: LookupFunction, permitted: Permission): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = Array.isArray(found) ? found : [];
      const bad = addresses.find(({ address }) => !permitted(address));
      if (bad) {
        return callback(new AddressRefused(`${hostname} is at ${bad.address}, which is not a public address`), []);
      }
      const [first] = addresses;
      if (!first) return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
