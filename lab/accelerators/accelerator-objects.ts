import type { LabApi } from '../api/lab-api.ts';
import type { PlacedObject } from '../control-plane/bootstrap-objects.ts';
import { deviceClass } from './device-class.ts';
import { EXPORTER_NAMESPACE, exporterObjects } from './exporter-objects.ts';

/** Where the kinds of these objects live in the API. */
const FOLDERS: Readonly<Record<string, string>> = {
  DeviceClass: '/apis/resource.k8s.io/v1/deviceclasses',
  Namespace: '/api/v1/namespaces',
  DaemonSet: `/apis/apps/v1/namespaces/${EXPORTER_NAMESPACE}/daemonsets`,
  Service: `/api/v1/namespaces/${EXPORTER_NAMESPACE}/services`,
};

/** What a cluster with accelerators has besides its nodes: the DeviceClass and the metrics exporter. */
export function acceleratorObjects(): readonly PlacedObject[] {
  return [deviceClass(), ...exporterObjects()].map((object) => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    return { path: `${FOLDERS[kind]}/${metadata.name}`, object };
  });
}

/** Installs them; may be repeated. @throws PlimsollError `lab-apply` */
export async function applyAcceleratorObjects(api: LabApi): Promise<void> {
  for (const { path, object } of acceleratorObjects()) await api.apply(path, object);
}
