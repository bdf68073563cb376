import type { DraDevice, DraPool } from './resource-slices.ts';
import { type DeviceTypeRow, type DraDriverRow, fits, type Tables, type Unit } from './tables.ts';

/** What one device of a ResourceSlice is, and of which silicon. */
export interface DeviceNature {
  readonly unit: Unit;
  /** Devices with the same are, or are parts of, the same piece. */
  readonly silicon: string;
  /** The class that chooses such devices, as the tables say. */
  readonly deviceClass?: string;
}

/** The row of the first table entry that fits a driver's name. */
export function rowOfDriver(driver: string, { draDrivers }: Pick<Tables, 'draDrivers'>): DraDriverRow | undefined {
  return draDrivers.find((row) => fits(row.driver, driver));
}

const AT_WORK =
  /(^|[^a-z])(gpus?|npus?|tpus?|xpus?|dpus?|dcus?|mlus?|hpus?|gcus?|ipus?|accelerators?|accel|neuron|gaudi|cuda|rocm)([^a-z]|$)/i;
/** Attributes by which drivers name the device of which one is a part. */
const PARENTS = ['parentUUID', 'parentPciAddr', 'parentPCIAddress', 'parentUID', 'parentDevice', 'parent'];
const IDENTITIES = ['uuid', 'UUID', 'resource.kubernetes.io/pciBusID', 'pciBusID', 'pciAddress', 'pciAddr', 'serial'];

/** Does a driver of which no table knows say, by its own name, its classes or a device's type, that it has accelerators? */
export function saysAccelerator(driver: string, classes: readonly string[], devices: readonly DraDevice[]): boolean {
  const types = devices
    .slice(0, 8)
    .flatMap(({ attributes }) =>
      Object.entries(attributes).flatMap(([name, value]) =>
        /(^|\/)(type|kind|family|model|productName)$/i.test(name) ? [String(value)] : [],
      ),
    );
  return [driver, ...classes, ...types].some((one) => AT_WORK.test(one));
}

/** Undefined: it is no accelerator by itself. */
export function natureOf(device: DraDevice, pool: DraPool, row: DraDriverRow | undefined): DeviceNature | undefined {
  const type = (row?.types ?? []).find((one) => attribute(device, one.attribute) === one.is);
  if (type?.unit === 'none') return undefined;
  const unit = type === undefined ? guessed(device, pool) : withShares(type.unit, device);
  return {
    unit,
    silicon: siliconOf(device, row, type),
    ...(type?.deviceClass === undefined ? {} : { deviceClass: type.deviceClass }),
  };
}

function withShares(unit: Exclude<DeviceTypeRow['unit'], 'none'>, { shareable }: DraDevice): Unit {
  return shareable && unit === 'device' ? 'share' : unit;
}

/** Without a word of the tables: by what its attributes are called, and by how much of its counters it takes. */
function guessed(device: DraDevice, pool: DraPool): Unit {
  const type = String(attribute(device, 'type') ?? attribute(device, 'resourceType') ?? '');
  if (/vfio|pass-?through|(^|[-_])vf($|[-_])/i.test(type)) return 'virtual';
  const profile = String(attribute(device, 'partitionProfile') ?? '');
  const isPart =
    /partition|(^|[-_])(mig|slice)/i.test(type) ||
    (profile !== '' && !/^spx/i.test(profile)) ||
    PARENTS.some((name) => attribute(device, name) !== undefined);
  if (isPart || takesAPart(device, pool)) return 'partition';
  if (/(^|[-_])core$/i.test(type)) return 'core';
  return device.shareable ? 'share' : 'device';
}

/** It takes less than everything of its counters. */
function takesAPart({ consumes = [] }: DraDevice, { counters }: DraPool): boolean {
  return consumes.some(({ set, counters: taken }) =>
    Object.entries(counters[set] ?? {}).some(([name, all]) => (taken[name] ?? 0) < all),
  );
}

function siliconOf(device: DraDevice, row: DraDriverRow | undefined, type: DeviceTypeRow | undefined): string {
  const [counted] = device.consumes ?? [];
  if (counted !== undefined) return `${device.pool} ${counted.set}`;
  const names = [
    ...(type?.parent === undefined ? [] : [type.parent]),
    ...PARENTS,
    ...(row?.identity ?? []),
    ...IDENTITIES,
  ];
  const known = names
    .map((name) => attribute(device, name))
    .find((value) => typeof value === 'string' && value.length > 1);
  return known === undefined ? `${device.pool} ${device.name}` : `${device.pool} ${known}`;
}

/** By its name alone, or in the driver's domain. */
function attribute({ attributes, driver }: DraDevice, name: string): string | number | boolean | undefined {
  return attributes[name] ?? attributes[`${driver}/${name}`];
}
