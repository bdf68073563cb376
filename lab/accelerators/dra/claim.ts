import { DRIVER_NAME } from '../accelerator.ts';

/** What the kubelet names a claim by (dra/v1 Claim). */
export interface ClaimRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One device of ours in a claim's allocation. */
export interface AllocatedDevice {
  /** `request`, or `request/subrequest` of a prioritised list. */
  readonly request: string;
  readonly pool: string;
  readonly device: string;
  /** Allocated for watching over the device: it is not reserved for the holder alone. */
  readonly adminAccess: boolean;
}

interface ClaimObject {
  metadata?: { uid?: string };
  status?: {
    allocation?: {
      devices?: {
        results?: { driver: string; request: string; pool: string; device: string; adminAccess?: boolean }[];
      };
    };
  };
}

/**
 * The devices of this driver that a `resource.k8s.io/v1` ResourceClaim was allocated.
 * @throws Error when the object is another claim of the same name, or is not allocated.
 */
export function allocatedDevices(object: unknown, claim: ClaimRef): readonly AllocatedDevice[] {
  const { metadata, status } = object as ClaimObject;
  const name = `claim ${claim.namespace}/${claim.name}`;
  if (metadata?.uid !== claim.uid)
    throw new Error(`${name} was replaced: uid ${metadata?.uid} instead of ${claim.uid}`);
  const results = status?.allocation?.devices?.results;
  if (!results) throw new Error(`${name} is not allocated`);
  return results
    .filter(({ driver }) => driver === DRIVER_NAME)
    .map(({ request, pool, device, adminAccess }) => ({ request, pool, device, adminAccess: adminAccess === true }));
}
