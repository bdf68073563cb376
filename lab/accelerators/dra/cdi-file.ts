import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Accelerator, DRIVER_NAME, deviceEnvironment, deviceName, devicePath } from '../accelerator.ts';

/** Where containerd looks for CDI files in a node (/var/run is a link to /run). */
export const CDI_FOLDER = '/run/cdi';
const KIND = `${DRIVER_NAME}/claim`;
const PREFIX = `${DRIVER_NAME}-claim-`;

/** One device as allocated, and what its holder really gets. */
export interface CdiDevice {
  readonly device: Accelerator;
  readonly given: readonly Accelerator[];
  /** Whether others may hold the device at the same time (adminAccess). */
  readonly shared: boolean;
}

/** The name by which the runtime is told to inject a device of a claim. */
export function cdiDeviceId(claimUid: string, device: Accelerator): string {
  return `${KIND}=${claimUid}-${deviceName(device)}`;
}

/**
 * Writes the CDI file of a claim (CDI specification 0.6.0), which is also the driver's only memory of the claim: it is
 * there before a container starts and outlives the driver.
 */
export function writeCdiFile(folder: string, claimUid: string, devices: readonly CdiDevice[]): void {
  const spec = {
    cdiVersion: '0.6.0',
    kind: KIND,
    devices: devices.map(({ device, given, shared }) => ({
      name: `${claimUid}-${deviceName(device)}`,
      annotations: { [`${DRIVER_NAME}/device`]: device.uuid, [`${DRIVER_NAME}/shared`]: String(shared) },
      containerEdits: {
        env: given.flatMap((one) => Object.entries(deviceEnvironment(one)).map(([key, value]) => `${key}=${value}`)),
        deviceNodes: given.map((accelerator) => ({
          path: devicePath(accelerator),
          hostPath: devicePath(accelerator),
          type: 'b',
          major: accelerator.major,
          minor: accelerator.minor,
          permissions: 'rw',
        })),
      },
    })),
  };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, fileName(claimUid));
  // Without the ending .json nobody reads it before it is whole.
  writeFileSync(`${file}.unfinished`, `${JSON.stringify(spec, undefined, 2)}\n`);
  renameSync(`${file}.unfinished`, file);
}

export function removeCdiFile(folder: string, claimUid: string): void {
  rmSync(join(folder, fileName(claimUid)), { force: true });
}

/** Every prepared claim: claim uid -> uuids of the devices that it holds for itself alone (`adminAccess` apart). */
export function preparedClaims(folder: string): Map<string, readonly string[]> {
  const claims = new Map<string, readonly string[]>();
  for (const name of entries(folder)) {
    if (!name.startsWith(PREFIX) || !name.endsWith('.json')) continue;
    const spec = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      devices: { annotations: Record<string, string> }[];
    };
    const held = spec.devices
      .filter(({ annotations }) => annotations[`${DRIVER_NAME}/shared`] !== 'true')
      .map(({ annotations }) => annotations[`${DRIVER_NAME}/device`] ?? '');
    claims.set(name.slice(PREFIX.length, -'.json'.length), held);
  }
  return claims;
}

function fileName(claimUid: string): string {
  return `${PREFIX}${claimUid}.json`;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
