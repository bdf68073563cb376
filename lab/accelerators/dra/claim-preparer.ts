import { type Accelerator, deviceName, devicePath } from '../accelerator.ts';
import { exactly, type Grant } from '../grant.ts';
import { log } from '../log.ts';
import { type CdiDevice, cdiDeviceId, preparedClaims, removeCdiFile, writeCdiFile } from './cdi-file.ts';
import { type AllocatedDevice, allocatedDevices, type ClaimRef } from './claim.ts';

/** A device of a prepared claim as the kubelet is told (dra/v1 Device). */
export interface PreparedDevice {
  readonly request_names: readonly string[];
  readonly pool_name: string;
  readonly device_name: string;
  readonly cdi_device_ids: readonly string[];
}

export interface ClaimPreparerParts {
  /** The pool of this node: its name. */
  readonly pool: string;
  readonly accelerators: readonly Accelerator[];
  readonly cdiFolder: string;
  /** Reads a ResourceClaim from the API server; undefined when there is none. */
  readonly readClaim: (claim: ClaimRef) => Promise<unknown>;
  /** Erases a device before it gets a new holder, and after the last one. */
  readonly erase: (accelerator: Accelerator) => Promise<void>;
  readonly grant?: Grant;
}

/** Makes claims ready for containers and takes that back; both may be repeated at any time. */
export class ClaimPreparer {
  readonly #parts: ClaimPreparerParts;

  constructor(parts: ClaimPreparerParts) {
    this.#parts = parts;
  }

  /** @throws Error with a sentence for the pod's events. */
  async prepare(claim: ClaimRef): Promise<PreparedDevice[]> {
    const { readClaim, cdiFolder, erase, accelerators, grant = exactly } = this.#parts;
    const object = await readClaim(claim);
    if (object === undefined) throw new Error(`claim ${claim.namespace}/${claim.name} does not exist`);
    const allocated = allocatedDevices(object, claim).map((result) => ({ result, device: this.#device(result) }));
    const prepared = preparedClaims(cdiFolder);
    const isNew = !prepared.has(claim.uid);
    for (const { result, device } of isNew ? allocated : []) {
      if (result.adminAccess) continue;
      const holder = [...prepared].find(([, held]) => held.includes(device.uuid))?.[0];
      if (holder) throw new Error(`${result.device} is still held by the claim with uid ${holder}`);
      await erase(device);
    }
    const devices = allocated.map(
      ({ result, device }): CdiDevice => ({ device, given: grant([device], accelerators), shared: result.adminAccess }),
    );
    writeCdiFile(cdiFolder, claim.uid, devices);
    if (isNew)
      log(`prepared ${claim.namespace}/${claim.name}: ${allocated.map(({ device }) => devicePath(device)).join(', ')}`);
    return allocated.map(({ result, device }) => ({
      // Of a prioritised list the container names only the request, not the alternative that was taken.
      request_names: [result.request.split('/')[0] ?? result.request],
      pool_name: result.pool,
      device_name: result.device,
      cdi_device_ids: [cdiDeviceId(claim.uid, device)],
    }));
  }

  async unprepare(claim: ClaimRef): Promise<void> {
    const { cdiFolder, accelerators, erase } = this.#parts;
    const held = preparedClaims(cdiFolder).get(claim.uid);
    if (!held) return;
    for (const device of accelerators.filter(({ uuid }) => held.includes(uuid))) await erase(device);
    removeCdiFile(cdiFolder, claim.uid);
    log(`unprepared ${claim.namespace}/${claim.name}`);
  }

  #device(result: AllocatedDevice): Accelerator {
    const device = this.#parts.accelerators.find((one) => deviceName(one) === result.device);
    if (result.pool === this.#parts.pool && device) return device;
    throw new Error(`this node (pool ${this.#parts.pool}) has no device ${result.device} of pool ${result.pool}`);
  }
}
