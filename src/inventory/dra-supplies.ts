import { isObject, type KubeObject } from '../kube/object.ts';
import type { AcceleratorSupply } from './accelerator-supply.ts';
import { selectorOf, selectsAnything } from './class-selectors.ts';
import { roomFor } from './device-room.ts';
import { type DeviceNature, natureOf, rowOfDriver, saysAccelerator } from './device-units.ts';
import type { NodeFacts } from './node-facts.ts';
import { matchesNodeSelector } from './node-selector.ts';
import { type DraDevice, type DraPool, deviceKey, type Held, heldDevices } from './resource-slices.ts';
import type { DraDriverRow, Tables, Unit } from './tables.ts';
import { taintedByRules } from './taint-rules.ts';

/** What DRA has published and given away. */
export interface DraObjects {
  readonly pools: readonly DraPool[];
  readonly claims: readonly KubeObject[];
  readonly classes: readonly KubeObject[];
  readonly taintRules: readonly KubeObject[];
}

/** A device that one node can reach, as what it is. */
interface Located {
  readonly device: DraDevice;
  readonly pool: DraPool;
  readonly nature: DeviceNature;
  readonly held: Held | undefined;
  readonly isTainted: boolean;
}

/** A way to ask for devices: a class, and what it chooses of which driver; `undefined` of a class that cannot be evaluated. */
interface Chooser {
  readonly name: string;
  readonly chooses: (device: DraDevice) => boolean | undefined;
  /** Its text names the driver. */
  readonly names: (driver: string) => boolean;
}

/** Accelerators that DRA drivers advertise, and by which other classes the same devices can be asked for. */
export function draSupplies(
  { pools, claims, classes, taintRules }: DraObjects,
  nodes: readonly NodeFacts[],
  tables: Tables,
): { supplies: AcceleratorSupply[]; others: AcceleratorSupply[] } {
  const held = heldDevices(claims);
  const isTainted = taintedByRules(taintRules, classes);
  const choosers = classes.filter(selectsAnything).map(chooserOf);
  const byNode = new Map<string, Located[]>();
  for (const pool of pools) {
    const row = rowOfDriver(pool.driver, tables);
    if (row !== undefined && row.class !== 'accelerator') continue;
    const isKnown = row !== undefined || isAccelerator(pool, choosers);
    for (const device of pool.devices) {
      const nature = natureOf(device, pool, row);
      if (nature === undefined) continue;
      const located: Located = {
        device,
        pool,
        nature: isKnown ? nature : { ...nature, unit: 'unknown' },
        held: held.get(deviceKey(device)),
        isTainted: device.tainted || isTainted(device),
      };
      for (const node of device.nodes) {
        const key = `${node}\n${pool.driver}`;
        const group = byNode.get(key);
        if (group === undefined) byNode.set(key, [located]);
        else group.push(located);
      }
    }
  }
  const facts = new Map(nodes.map((node) => [node.name, node]));
  const groups = [...byNode].map(([key, located]) => {
    const [node = '', driver = ''] = key.split('\n');
    return suppliesOn(node, facts.get(node), driver, located, choosers, rowOfDriver(driver, tables));
  });
  return { supplies: groups.flatMap(({ own }) => own), others: groups.flatMap(({ others }) => others) };
}

function isAccelerator({ driver, devices }: DraPool, choosers: readonly Chooser[]): boolean {
  const names = choosers.filter(({ names: naming }) => naming(driver)).map(({ name }) => name);
  return saysAccelerator(driver, names, devices);
}

function chooserOf(object: KubeObject): Chooser {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const written = JSON.stringify(spec).replaceAll('\\"', "'");
  const drivers = [...written.matchAll(/device\.driver\s*==\s*'([^']+)'/g)].flatMap(([, name]) => name ?? []);
  const select = selectorOf(spec['selectors']);
  return {
    name: object.metadata.name ?? '',
    // Most classes are of one driver: the others need not be evaluated.
    chooses: (device) =>
      drivers.length === 1 && drivers[0] !== device.driver && !written.includes('||') ? false : select(device),
    names: (driver) => written.includes(`'${driver}'`),
  };
}

function suppliesOn(
  node: string,
  facts: NodeFacts | undefined,
  driver: string,
  all: readonly Located[],
  choosers: readonly Chooser[],
  row: DraDriverRow | undefined,
): { own: AcceleratorSupply[]; others: AcceleratorSupply[] } {
  const chosenBy = (one: Located): string[] =>
    choosers
      .filter(({ chooses, names }) => {
        const answer = chooses(one.device);
        return answer === true || (answer === undefined && names(driver));
      })
      .map(({ name }) => name);
  const classesOf = new Map(all.map((one) => [one, chosenBy(one)]));
  const rank = (name: string, nature: DeviceNature): number => {
    const wanted = [nature.deviceClass, ...(row?.deviceClasses ?? []), driver];
    const place = wanted.indexOf(name);
    return place < 0 ? wanted.length : place;
  };
  const best = (one: Located): string =>
    (classesOf.get(one) ?? []).toSorted((a, b) => rank(a, one.nature) - rank(b, one.nature))[0] ?? '';
  const groups = Map.groupBy(all, best);
  const supply = (name: string, members: readonly Located[]): AcceleratorSupply => {
    const common = choosers
      .map((chooser) => chooser.name)
      .filter((other) => other !== name && members.every((one) => classesOf.get(one)?.includes(other) === true));
    return {
      node,
      mode: 'dra',
      name: driver,
      vendor: row?.vendor || undefined,
      simulated: row?.simulated === true || facts?.simulated === true,
      ...countsOf(members, all),
      ...measuredBy(members, all, facts),
      deviceClasses: name === '' ? [] : [name, ...common],
      devices: members
        .filter(({ isTainted, pool }) => !isTainted && pool.complete)
        .map((one) => ({ ...one.device, free: isFree(one, all) })),
    };
  };
  const own = [...groups].map(([name, members]) => supply(name, members));
  const also = choosers.map(({ name }) => name).filter((name) => !groups.has(name));
  const others = also.flatMap((name) => {
    const members = all.filter((one) => classesOf.get(one)?.includes(name) === true);
    return members.length === 0 ? [] : [{ ...supply(name, members), measured: 0 }];
  });
  return { own, others };
}

function countsOf(
  members: readonly Located[],
  all: readonly Located[],
): Pick<AcceleratorSupply, 'unit' | 'usable' | 'free' | 'physical' | 'sharing' | 'unbounded'> {
  const units = new Set(members.map(({ nature }) => nature.unit));
  const unit: Unit = units.size === 1 ? ([...units][0] ?? 'device') : units.has('partition') ? 'partition' : 'device';
  const able = members.filter(({ isTainted, pool }) => !isTainted && pool.complete);
  const most = roomFor(able, []);
  const now = roomFor(
    able.filter((one) => isFree(one, all)),
    all.filter(({ held }) => held !== undefined),
  );
  const profiles = [...new Set(members.map(({ device }) => profileOf(device)))].filter((one) => one !== '');
  return {
    unit,
    usable: most.count,
    free: Math.min(now.count, most.count),
    ...(most.unbounded ? { unbounded: true as const } : {}),
    physical: new Set(able.map(({ nature }) => nature.silicon)).size,
    ...(unit === 'partition' && profiles.length > 0 ? { sharing: profiles.slice(0, 4).join(', ') } : {}),
    ...(unit === 'share' ? { sharing: 'several claims at once' } : {}),
  };
}

/** Nobody holds it, nor (where counters do not tell) a whole of which it is a part, or a part of it. */
function isFree(one: Located, all: readonly Located[]): boolean {
  if (one.device.shareable) return true;
  if (one.held !== undefined) return false;
  if (one.device.consumes !== undefined) return true;
  return !all.some(
    (other) =>
      other.held !== undefined &&
      other !== one &&
      other.nature.silicon === one.nature.silicon &&
      !(other.nature.unit === 'partition' && one.nature.unit === 'partition'),
  );
}

/**
 * Accelerators that have to be measured because of these devices: each piece of silicon once; of a piece that is cut, its partitions
 * (all where they are there for good, those that are held where they are made on demand). Of a fabric, only what is attached.
 */
function measuredBy(
  members: readonly Located[],
  all: readonly Located[],
  facts: NodeFacts | undefined,
): Pick<AcceleratorSupply, 'measured'> {
  const here = members.filter((one) => one.pool.complete && isAttached(one, facts));
  const pieces = Map.groupBy(
    here.filter(({ nature }) => nature.unit !== 'virtual' && nature.unit !== 'unknown'),
    ({ nature }) => nature.silicon,
  );
  let measured = 0;
  for (const [silicon, own] of pieces) {
    const parts = all.filter(({ nature }) => nature.silicon === silicon && nature.unit === 'partition');
    const made = parts.filter(({ device, held }) => device.consumes === undefined || held !== undefined);
    const ownMade = made.filter((one) => own.includes(one)).length;
    if (made.length > 0) measured += ownMade;
    // A piece that is not cut is counted with its whole, or with its parts where no class chooses the whole.
    else if (own.some(({ nature }) => nature.unit !== 'partition') || !hasWhole(silicon, all)) measured += 1;
  }
  return { measured };
}

function hasWhole(silicon: string, all: readonly Located[]): boolean {
  return all.some(({ nature }) => nature.silicon === silicon && ['device', 'share', 'core'].includes(nature.unit));
}

/** It is the node's own, or bound to it by a claim. */
function isAttached({ device, held }: Located, facts: NodeFacts | undefined): boolean {
  if (device.nodes.length <= 1) return true;
  return (
    held !== undefined && facts !== undefined && matchesNodeSelector(facts, held.nodeSelector) && namesOneNode(held)
  );
}

function namesOneNode({ nodeSelector }: Held): boolean {
  return /"(kubernetes\.io\/hostname|metadata\.name)"/.test(JSON.stringify(nodeSelector ?? {}));
}

function profileOf({ attributes, driver }: DraDevice): string {
  const found = ['profile', 'partitionProfile', 'migProfile'].map(
    (name) => attributes[name] ?? attributes[`${driver}/${name}`],
  );
  return String(found.find((one) => one !== undefined) ?? '');
}
