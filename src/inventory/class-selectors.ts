import { type CelInput, CelScalar, celEnv, celFunc, celMethod, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { isObject, type KubeObject } from '../kube/object.ts';
import { quantity } from './quantity.ts';
import type { DraDevice } from './resource-slices.ts';
import { text } from './text.ts';

/** Does it choose the device? Undefined: that cannot be told here (an expression that this program cannot evaluate). */
export type Selector = (device: DraDevice) => boolean | undefined;

/**
 * The CEL selectors of a DeviceClass or of a taint rule, evaluated as the scheduler does it: all of them have to hold, and one that
 * ends with an error does not. Capacities are compared as numbers, versions by their parts.
 */
export function selectorOf(selectors: unknown): Selector {
  const written = (Array.isArray(selectors) ? selectors.filter(isObject) : []).map((one) =>
    text(isObject(one['cel']) ? one['cel']['expression'] : ''),
  );
  const programs = written.map(programOf);
  return (device) => {
    const answers = programs.map((program) => program(device));
    if (answers.includes(false)) return false;
    return answers.includes(undefined) ? undefined : true;
  };
}

/** Is there anything by which the class chooses? */
export function selectsAnything(deviceClass: KubeObject): boolean {
  const spec = isObject(deviceClass['spec']) ? deviceClass['spec'] : {};
  return Array.isArray(spec['selectors']) && spec['selectors'].length > 0;
}

const { STRING, DOUBLE, BOOL, INT } = CelScalar;
const compared = (a: number, b: number): bigint => BigInt(Math.sign(a - b));
const FUNCTIONS = [
  ...strings,
  celFunc('quantity', [STRING], DOUBLE, (written) => quantity(written) ?? Number.NaN),
  celFunc('isQuantity', [STRING], BOOL, (written) => quantity(written) !== undefined),
  celMethod('compareTo', DOUBLE, [DOUBLE], INT, function (other) {
    return compared(this, other);
  }),
  celMethod('isGreaterThan', DOUBLE, [DOUBLE], BOOL, function (other) {
    return this > other;
  }),
  celMethod('isLessThan', DOUBLE, [DOUBLE], BOOL, function (other) {
    return this < other;
  }),
  celFunc('semver', [STRING], STRING, (written) => written),
  celMethod('compareTo', STRING, [STRING], INT, function (other) {
    return versionsCompared(this, other);
  }),
  celMethod('isGreaterThan', STRING, [STRING], BOOL, function (other) {
    return versionsCompared(this, other) > 0n;
  }),
  celMethod('isLessThan', STRING, [STRING], BOOL, function (other) {
    return versionsCompared(this, other) < 0n;
  }),
];
const ENVIRONMENT = celEnv({ funcs: FUNCTIONS });

function programOf(expression: string): Selector {
  let run: ReturnType<typeof plan>;
  try {
    run = plan(ENVIRONMENT, parse(expression));
  } catch {
    return () => undefined;
  }
  // The scheduler gives an empty map for a domain in which a device has nothing.
  const domains = [...expression.matchAll(/\[\s*(["'])(.+?)\1\s*\]/g)].flatMap(([, , name]) => name ?? []);
  return (device) => {
    const answer = run({ device: inCel(device, domains) });
    if (isCelError(answer)) return /unbound function|no matching overload/i.test(answer.message) ? undefined : false;
    return typeof answer === 'boolean' ? answer : undefined;
  };
}

function inCel(device: DraDevice, domains: readonly string[]): CelInput {
  const attributes = Object.entries(device.attributes).map(([name, value]) => [name, scalar(value)] as const);
  const lists = Object.entries(device.lists ?? {}).map(([name, list]) => [name, list.map(scalar)] as const);
  const capacity = Object.entries(device.capacity).map(([name, value]) => [name, quantity(value) ?? value] as const);
  return new Map<string, CelInput>([
    ['driver', device.driver],
    ['allowMultipleAllocations', device.shareable],
    ['attributes', byDomain([...attributes, ...lists], device.driver, domains)],
    ['capacity', byDomain(capacity, device.driver, domains)],
  ]);
}

function byDomain(
  entries: readonly (readonly [string, CelInput])[],
  driver: string,
  domains: readonly string[],
): Map<string, CelInput> {
  const maps = new Map<string, Map<string, CelInput>>(domains.map((domain) => [domain, new Map()]));
  for (const [name, value] of entries) {
    const cut = name.indexOf('/');
    const [domain, id] = cut < 0 ? [driver, name] : [name.slice(0, cut), name.slice(cut + 1)];
    const map = maps.get(domain) ?? new Map<string, CelInput>();
    map.set(id, value);
    maps.set(domain, map);
  }
  return maps;
}

/** Numbers of attributes are whole ones. */
function scalar(value: string | number | boolean): CelInput {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function versionsCompared(a: string, b: string): bigint {
  const [left, right] = [a, b].map((one) => one.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return compared(difference, 0);
  }
  return 0n;
}
