import { type AcceleratorKind, acceleratorKinds, type NodeAccelerators } from '../../inventory/accelerator-kinds.ts';
import { type AcceleratorSupply, unitOf } from '../../inventory/accelerator-supply.ts';
import type { Elsewhere, Instance, NotRun, NotRunInstance } from '../define-case.ts';
import type { Facts } from '../facts.ts';
import { type AcceleratorAsk, askFor } from './accelerator-request.ts';

/** Accelerators of one kind, on which an instance of a case is tried, and how they are asked for. */
export interface AcceleratorOffer extends NodeAccelerators {
  readonly ask: AcceleratorAsk;
  /** Where they are: one node, or several of the kind that have enough together (`spread`). The first is `node`. */
  readonly places: readonly NodeAccelerators[];
  /** Kinds of nodes with the same resource that are not tried, because there are too many: for a remark. */
  readonly untried: readonly string[];
}

/** What a requirement does with the accelerators of a cluster. */
export interface AcceleratorUse<P> {
  /** So many have to be free on one node. */
  readonly least: number;
  /** Where no node has so many, several nodes of the kind will do; the node with the fewest that suffice is taken first. */
  readonly spread?: true;
  /** Only these; what is left out has to be said elsewhere. */
  readonly only?: (supply: AcceleratorSupply) => boolean;
  /** When there is none (of `only`). */
  readonly none?: NotRun;
  /** The instance on one offer, or why it cannot run there. Pure. */
  readonly on: (offer: AcceleratorOffer) => Pick<Instance<P>, 'params' | 'needs'> | NotRun;
}

/** Of one resource or driver, so many kinds of nodes are tried, and each product: a cluster in the midst of upgrades has any number. */
const MOST_KINDS = 8;
/** Of so many alike nodes the plan chooses one. */
const MOST_PLACES = 12;

/**
 * The one plan of every requirement that needs accelerators: an instance for each kind (`acceleratorKinds`: by the way of asking, product,
 * driver, container runtime, OS and unit), on one node of it, with the others that are just as good as `elsewhere`. What cannot be tried
 * gets an instance that says why, so that nothing else's pass speaks for it.
 */
export function acceleratorInstances<P>(
  { inventory }: Pick<Facts, 'inventory'>,
  use: AcceleratorUse<P>,
): readonly (Instance<P> | NotRunInstance)[] | NotRun {
  const { only = () => true, none = NO_ACCELERATOR } = use;
  const kinds = acceleratorKinds(inventory).filter(({ supply }) => only(supply));
  const unknown = unknownAccelerators(inventory, only);
  if (kinds.length === 0 && unknown.length === 0) return none;
  const byName = Map.groupBy(kinds, ({ supply }) => `${supply.mode} ${supply.name}`);
  const known = [...byName.values()].flatMap((named) => {
    const { tried, untried } = chosen(named);
    return tried.map((kind, index): Instance<P> | NotRunInstance => {
      const [first, ...others] = placesOf(kind, use).map((places) =>
        instanceOn(inventory, places, index === 0 ? untried : [], use),
      );
      if (first === undefined) throw new Error('a kind of accelerator without a node');
      if ('notRun' in first) return first;
      return { ...first, elsewhere: others.flatMap((other) => ('notRun' in other ? [] : [other])) };
    });
  });
  return [...known, ...unknown];
}

/** Resources that say by their name that they are accelerators, and that no table knows: others speak for none of them. */
function unknownAccelerators(
  { otherOffers = [], nodes }: Facts['inventory'],
  only: (supply: AcceleratorSupply) => boolean,
): NotRunInstance[] {
  const candidates = new Set(nodes.filter(({ candidate }) => candidate).map(({ name }) => name));
  const there = otherOffers.filter(
    (supply) =>
      supply.mode === 'device-plugin' &&
      unitOf(supply) === 'unknown' &&
      candidates.has(supply.node) &&
      supply.usable > 0,
  );
  return [...Map.groupBy(there.filter(only), ({ name }) => name)].flatMap(([name, [first, ...more]]) =>
    first === undefined
      ? []
      : [{ variant: `${first.node}.${name.replaceAll('/', '_')}`, notRun: unknownName(first, more.length) }],
  );
}

function unknownName({ name, node, usable }: AcceleratorSupply, more: number): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'unknown-accelerator',
    message: `${node}${more === 0 ? '' : ` and ${more} more nodes`} offer ${usable} × ${name}, which no table knows: it was not tried`,
    remedy: 'Say with --tables FILE (extendedResources) what it is; class `other` if it is no accelerator.',
  };
}

/** Every product, and of one product further kinds of nodes as long as they are not too many. */
function chosen(kinds: readonly AcceleratorKind[]): { tried: readonly AcceleratorKind[]; untried: readonly string[] } {
  const firsts = new Set([...Map.groupBy(kinds, ({ product }) => product).values()].map(([first]) => first));
  const more = kinds.filter((kind) => !firsts.has(kind)).slice(0, Math.max(0, MOST_KINDS - firsts.size));
  const tried = kinds.filter((kind) => firsts.has(kind) || more.includes(kind));
  const untried = kinds.filter((kind) => !tried.includes(kind)).map(({ node, is }) => `${node.name} (${is})`);
  return { tried, untried };
}

/** Where a kind can be tried, the best place first; each is one node, or several that have enough together. */
function placesOf<P>(kind: AcceleratorKind, { least, spread }: AcceleratorUse<P>): readonly NodeAccelerators[][] {
  const all: readonly NodeAccelerators[] = [{ supply: kind.supply, node: kind.node }, ...kind.alike];
  if (spread === undefined)
    return all
      .filter(({ supply }) => supply.free === kind.supply.free)
      .slice(0, MOST_PLACES + 1)
      .map((one) => [one]);
  const enough = all.filter(({ supply }) => supply.free >= least).slice(-MOST_PLACES);
  if (enough.length > 0) return enough.toReversed().map((one) => [one]);
  const some = all.filter(({ supply }) => supply.free > 0).slice(0, least);
  return [some.length > 0 ? some : all.slice(0, 1)];
}

function instanceOn<P>(
  inventory: Facts['inventory'],
  places: readonly NodeAccelerators[],
  untried: readonly string[],
  { least, spread, on }: AcceleratorUse<P>,
): Elsewhere<P> | NotRunInstance {
  const [first] = places;
  if (first === undefined) throw new Error('an offer without a node');
  const { supply, node } = first;
  const variant = `${node.name}.${supply.name.replaceAll('/', '_')}`;
  const ask = askFor(supply, inventory.dra.versions[0]);
  if (ask === undefined) return { variant, notRun: noClass(supply) };
  if (places.reduce((sum, place) => sum + place.supply.free, 0) < least)
    return { variant, notRun: tooFew(supply, least, spread) };
  const made = on({ supply, node, ask, places, untried });
  return 'outcome' in made ? { variant, notRun: made } : { variant, ...made };
}

/** No accelerator at all: nothing is known of the platform. */
export const NO_ACCELERATOR: NotRun = {
  outcome: 'inconclusive',
  class: 'not-found',
  message: 'no accelerator was found on a node that takes pods (extended resources and ResourceSlices were looked at)',
  remedy: 'Install the device plugin or DRA driver; name a resource that no table knows with --tables FILE.',
};

function noClass({ name, node }: AcceleratorSupply): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'environment',
    message: `${name} publishes devices on ${node}, and no DeviceClass was found by which to ask for them`,
    remedy: 'Create a DeviceClass for the driver; let the user of this run read DeviceClasses.',
  };
}

function tooFew({ name, node, free, usable }: AcceleratorSupply, least: number, spread: true | undefined): NotRun {
  const where = spread === undefined ? ' on one node' : '';
  return {
    outcome: 'inconclusive',
    class: 'capacity',
    message: `needs ${least} free ${name}${where}; the best is ${node} with ${free} of ${usable} free`,
    remedy:
      spread === undefined && least > usable
        ? `Run it on a cluster with a node that has at least ${least} of them.`
        : 'Free accelerators, then run again.',
  };
}
