import type { LabApi } from '../api/lab-api.ts';
import type { PlacedObject } from '../control-plane/bootstrap-objects.ts';
import { deviceClass } from './device-class.ts';
import { EXPORTER_NAMESPACE, exporterObjects } from './exporter-objects.ts';
import { setupObjects } from './setups/setup-objects.ts';

/** Where the kinds of these objects live in the API. */
const FOLDERS: Readonly<Record<string, string>> = {
  DeviceClass: '/apis/resource.k8s.io/v1/deviceclasses',
  Namespace: '/api/v1/namespaces',
  DaemonSet: `/apis/apps/v1/namespaces/${EXPORTER_NAMESPACE}/daemonsets`,
  Service: `/api/v1/namespaces/${EXPORTER_NAMESPACE}/services`,
};

/** Which accelerators a cluster's nodes have. */
export interface AcceleratorsInUse {
  /** Some are handed out by the lab's own programs. */
  readonly own: boolean;
  /** Set-ups of the others (lab/accelerators/setups). */
  readonly setups: readonly string[];
}

/** What a cluster with accelerators has besides its nodes: DeviceClasses, metrics exporters, what vendors' charts bring. */
export function acceleratorObjects({ own, setups }: AcceleratorsInUse): readonly PlacedObject[] {
  return [...(own ? ownObjects() : []), ...setupObjects(setups)];
}

function ownObjects(): PlacedObject[] {
  return [deviceClass(), ...exporterObjects()].map((object) => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    return { path: `${FOLDERS[kind]}/${metadata.name}`, object };
  });
}

/** Installs them; may be repeated. @throws PlimsollError `lab-apply`, `setup-conflict` */
export async function applyAcceleratorObjects(api: LabApi, used: AcceleratorsInUse): Promise<void> {
  for (const { path, object } of acceleratorObjects(used)) await api.apply(path, object);
}
