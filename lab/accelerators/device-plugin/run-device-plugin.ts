import { eraseMemory } from '../device-memory.ts';
import { exactly, type Grant } from '../grant.ts';
import { serviceDefinition } from '../kubelet/service-definition.ts';
import { serveOnSocket } from '../kubelet/socket-server.ts';
import { startNodeSide } from '../node-side.ts';
import { devicePluginService } from './device-plugin.ts';
import { readPluginShape, resourceOf } from './plugin-shape.ts';
import { DEVICE_PLUGIN_FOLDER, Registration } from './registration.ts';

/** The device plugin of one node; runs inside the node's namespaces until it is ended. */
export function runDevicePlugin(grant: Grant = exactly): void {
  const { accelerators, health, protos, folder } = startNodeSide();
  const shape = readPluginShape(folder);
  const methods = devicePluginService({ accelerators, health, prepare: eraseMemory, grant, shape });
  const definition = serviceDefinition(protos, 'devicePlugin', 'v1beta1.DevicePlugin');
  const registration = new Registration({
    folder: DEVICE_PLUGIN_FOLDER,
    resourceName: resourceOf(shape),
    definition: serviceDefinition(protos, 'devicePlugin', 'v1beta1.Registration'),
    serve: (socket) => serveOnSocket(socket, [{ definition, methods }]),
  });
  process.once('SIGTERM', () => {
    registration.close();
    process.exit(0);
  });
}
