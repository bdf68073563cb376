import { type AcceleratorSupply, unitOf } from './accelerator-supply.ts';
import type { AutoscaledPool } from './autoscaling/pool.ts';
import type { Inventory, NodeInventory } from './inventory.ts';
import type { Unit } from './tables.ts';

/** What a container can hold and use by itself. */
const HELD: ReadonlySet<Unit> = new Set(['device', 'share', 'partition', 'core']);

type About = Required<Pick<Inventory, 'accelerators' | 'otherOffers'>> & { readonly nodes: readonly NodeInventory[] };

/**
 * The supplies that cases may use, and the others: amounts, what is for virtual machines, unknown devices, and second names of the same
 * silicon (devices go before their cores). What is held by DRA is not free by the device plugin of the same vendor, and the other way
 * round.
 */
export function sorted(
  supplies: readonly AcceleratorSupply[],
  others: readonly AcceleratorSupply[],
): Required<Pick<Inventory, 'accelerators' | 'otherOffers'>> {
  const groups = Map.groupBy(supplies, ({ node, vendor, name }) => `${node}\n${vendor ?? name}`);
  const all = [...groups.values()].flatMap(acrossModes);
  const isSecond = (one: AcceleratorSupply): boolean =>
    (one.variantsOfSameSilicon ?? []).some((name) => {
      const other = all.find((each) => each.node === one.node && each.name === name);
      if (other === undefined || other.usable === 0) return false;
      const isSame = unitOf(other) === unitOf(one);
      return isSame ? other.name < one.name : unitOf(other) === 'device';
    });
  const accelerators = all.filter((one) => HELD.has(unitOf(one)) && !isSecond(one));
  const chosen = new Set(accelerators);
  return { accelerators, otherOffers: [...all.filter((one) => !chosen.has(one)), ...others] };
}

function acrossModes(same: readonly AcceleratorSupply[]): AcceleratorSupply[] {
  const held = (mode: string): number =>
    same
      .filter((one) => (one.mode === 'dra') === (mode === 'dra') && unitOf(one) === 'device' && one.unbounded !== true)
      .reduce((most, one) => Math.max(most, one.usable - one.free), 0);
  const [byDra, byPlugin] = [held('dra'), held('device-plugin')];
  return same.map((one) => {
    const elsewhere = one.mode === 'dra' ? byPlugin : byDra;
    const isAlone = elsewhere === 0 || unitOf(one) !== 'device';
    return isAlone
      ? one
      : { ...one, free: Math.max(0, Math.min(one.free, one.usable - elsewhere - (one.usable - one.free))) };
  });
}

/** How many accelerators have to be measured on each node that takes pods, by vendor. */
export function measuredOn({ nodes, accelerators, otherOffers }: About): NonNullable<Inventory['measured']> {
  const byNode = Map.groupBy([...accelerators, ...otherOffers], ({ node }) => node);
  return nodes
    .filter(({ candidate }) => candidate)
    .flatMap((node) => {
      const own = byNode.get(node.name) ?? [];
      const groups = Map.groupBy(own, ({ vendor, name }) => vendor ?? name);
      const found = [...groups.values()].flatMap((same) => {
        const devices = measuredIn(same);
        return devices === 0 ? [] : [{ node: node.name, vendor: same[0]?.vendor, devices }];
      });
      if (found.length > 0) return found;
      // Only amounts are handed out here: they tell of the same devices, each in its way.
      const amounts = own.filter((one) => unitOf(one) === 'amount' && one.usable > 0 && one.physical !== undefined);
      const [most] = amounts.toSorted((x, y) => (y.physical ?? 0) - (x.physical ?? 0));
      return most?.physical === undefined ? [] : [{ node: node.name, vendor: most.vendor, devices: most.physical }];
    });
}

/** Each piece of silicon once, by whichever way of asking more of it is seen. */
function measuredIn(same: readonly AcceleratorSupply[]): number | null {
  const counted = same.filter((one) => !['amount', 'virtual', 'unknown'].includes(unitOf(one)) && one.usable > 0);
  const sum = (supplies: readonly AcceleratorSupply[]): number | null => {
    const pieces = Map.groupBy(
      supplies,
      ({ name, variantsOfSameSilicon = [] }) => [name, ...variantsOfSameSilicon].toSorted()[0] ?? name,
    );
    let total = 0;
    for (const piece of pieces.values()) {
      const isDra = piece.every(({ mode }) => mode === 'dra');
      const told = piece.flatMap(({ measured }) => measured ?? []);
      if (told.length === 0) return null;
      // Devices and partitions of one driver are each counted by themselves; other names of one silicon are not.
      total += isDra ? told.reduce((a, b) => a + b, 0) : Math.max(...told);
    }
    return total;
  };
  const byPlugin = sum(counted.filter(({ mode }) => mode !== 'dra'));
  const byDra = sum(counted.filter(({ mode }) => mode === 'dra'));
  if (byPlugin === null && (byDra ?? 0) === 0) return null;
  return Math.max(byPlugin ?? 0, byDra ?? 0);
}

/**
 * Something that a case would use is simulated: an accelerator on a node that takes pods, a pool's nodes or what it promises; or all there
 * is of accelerators, or of nodes. A virtual node beside real ones is not used and changes nothing.
 */
export function isSimulated({ nodes, accelerators }: About, pools: readonly AutoscaledPool[]): boolean {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const isFake = (name: string): boolean => byName.get(name)?.simulated === true && byName.get(name)?.virtual !== true;
  const used = accelerators.filter(({ node }) => byName.get(node)?.candidate === true);
  return (
    used.some(({ simulated }) => simulated) ||
    (used.length === 0 && accelerators.some(({ node }) => isFake(node))) ||
    pools.some((pool) => pool.offers.some(({ simulated }) => simulated) || pool.nodes.some(isFake)) ||
    (nodes.every(({ candidate }) => !candidate) && nodes.some(({ name }) => isFake(name)))
  );
}
