import {
  accelerators,
  type Facts,
  type Instance,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type Place,
} from '../../case-kit/index.ts';
import { apiOf, kindIn } from './dra-api.ts';

/** What a selector is made from: the devices of a driver on one node. */
type Offered = accelerators.Offer['supply'];

/** One kind of device on one node, as the cases that share `deviceAct` use it. Plain JSON. */
export interface DeviceParams {
  readonly ask: accelerators.Ask;
  readonly api: string;
  readonly place: Place;
  /** Devices of the node that the expression selects, as `pool/device`. */
  readonly selected: readonly string[];
  /** CEL: an attribute with a value that only part of the devices have, and one that none has. */
  readonly expression: string;
  readonly impossible: string;
  /** False when no attribute tells the free devices apart: then "the right one" shows nothing. */
  readonly tellsApart: boolean;
  /** Kinds of nodes with the same driver that are not tried, because there are too many. */
  readonly untried: readonly string[];
}

/**
 * An instance for each kind of device that a DRA driver offers. A kind with fewer than `least` free devices is inconclusive by itself.
 */
export function deviceInstances(
  facts: Facts,
  least: number,
  more: Pick<Needs, 'waits'> & { claims?: true } = {},
): readonly (Instance<DeviceParams> | NotRunInstance)[] | NotRun {
  const api = apiOf(facts);
  if (api === undefined) return NO_DRIVER;
  return accelerators.instances(facts, {
    least,
    only: ({ mode }) => mode === 'dra',
    none: NO_DRIVER,
    on: (offer) => instanceOn(offer, api, least, more),
  });
}

const NO_DRIVER: NotRun = {
  outcome: 'not-applicable',
  message: 'no accelerator is handed out by a DRA driver: the API only is shown',
};

function instanceOn(
  { supply, node, ask: served, untried }: accelerators.Offer,
  api: string,
  least: number,
  { claims, ...more }: Pick<Needs, 'waits'> & { claims?: true },
): Pick<Instance<DeviceParams>, 'params' | 'needs'> | NotRun {
  const ask = { ...served, apiVersion: api };
  const place = { node: node.name, tolerations: node.tolerations };
  const selector = selectorOf(supply);
  const { tellsApart, selected } = selector;
  const others = supply.devices.filter(({ free, pool, name }) => free && !selected.includes(`${pool}/${name}`));
  if (least > 1 && tellsApart && others.length === 0) {
    const message = `all free devices of ${supply.name} on ${node.name} look alike, and the others are taken`;
    const remedy = 'Free a device that differs in its attributes.';
    return { outcome: 'inconclusive', class: 'capacity', message, remedy };
  }
  return {
    params: { ask, api, place, ...selector, untried },
    needs: {
      // All: which one the expression selects must not be taken by chance.
      tokens: { [`accelerators/${node.name}`]: 'all' as const },
      ...more,
      creates: [
        'v1/Pod',
        kindIn(api, 'ResourceClaimTemplate'),
        ...(claims === undefined ? [] : [kindIn(api, 'ResourceClaim')]),
      ],
      reads: [kindIn(api, 'ResourceClaim')],
    },
  };
}

/** An attribute by which fewest of the devices are selected, and the devices of the node that it selects. */
export function selectorOf({
  devices,
  name,
}: Pick<Offered, 'devices' | 'name'>): Pick<DeviceParams, 'selected' | 'expression' | 'impossible' | 'tellsApart'> {
  const free = devices.filter((device) => device.free && !device.tainted);
  const choices = free.flatMap((device) =>
    Object.entries(device.attributes)
      .filter(([, value]) => comparable(value))
      .map(([attribute, value]) => {
        const same = devices.filter((other) => other.attributes[attribute] === value);
        return { attribute, value, same };
      }),
  );
  const best = choices.sort((a, b) => a.same.length - b.same.length)[0];
  const same = best?.same ?? devices;
  return {
    selected: same.map((device) => `${device.pool}/${device.name}`),
    expression: best === undefined ? 'true' : expressionOf(name, best.attribute, best.value),
    impossible:
      best === undefined
        ? 'false'
        : expressionOf(name, best.attribute, typeof best.value === 'number' ? -7391 : 'plimsoll-none'),
    tellsApart: same.length < devices.length,
  };
}

/** Versions look like strings here and are compared in another way in CEL. */
function comparable(value: string | number | boolean): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !/^\d+\.\d+/.test(value));
}

function expressionOf(driver: string, attribute: string, value: string | number | boolean): string {
  const cut = attribute.indexOf('/');
  const [domain, id] = cut < 0 ? [driver, attribute] : [attribute.slice(0, cut), attribute.slice(cut + 1)];
  const of = `device.attributes[${JSON.stringify(domain)}]`;
  // A device without the attribute must not select with an error, which would end the whole allocation.
  return `${JSON.stringify(id)} in ${of} && ${of}[${JSON.stringify(id)}] == ${JSON.stringify(value)}`;
}
