import { openLabApi } from '../../api/lab-api.ts';
import { eraseMemory } from '../device-memory.ts';
import { serviceDefinition } from '../kubelet/service-definition.ts';
import { serveOnSocket } from '../kubelet/socket-server.ts';
import { startNodeSide } from '../node-side.ts';
import { CDI_FOLDER } from './cdi-file.ts';
import type { ClaimRef } from './claim.ts';
import { ClaimPreparer } from './claim-preparer.ts';
import { draService } from './dra-service.ts';
import { healthService } from './health-service.ts';
import { registeredNode } from './registered-node.ts';
import { DRA_SOCKET, REGISTRATION_SOCKET, registrationService } from './registration-service.ts';
import { SlicePublisher } from './slice-publisher.ts';

/** The DRA driver of one node; runs inside the node's namespaces until it is ended. */
const { node, accelerators, driverVersion, health, protos, kubeconfig } = startNodeSide();
const api = openLabApi(kubeconfig);

async function read(path: string): Promise<unknown> {
  const { status, body } = await api.request('GET', path);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

const preparer = new ClaimPreparer({
  pool: node,
  accelerators,
  cdiFolder: CDI_FOLDER,
  readClaim: ({ namespace, name }: ClaimRef) =>
    read(`/apis/resource.k8s.io/v1/namespaces/${namespace}/resourceclaims/${name}`),
  erase: eraseMemory,
});
const plugin = await serveOnSocket(DRA_SOCKET, [
  {
    definition: serviceDefinition(protos, 'dra', 'k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin'),
    methods: draService(preparer),
  },
  {
    definition: serviceDefinition(protos, 'draHealth', 'v1.DRAResourceHealth'),
    methods: healthService(node, accelerators, health),
  },
]);
// Last: a socket in this folder is an invitation to the kubelet.
const registration = await serveOnSocket(REGISTRATION_SOCKET, [
  {
    definition: serviceDefinition(protos, 'registration', 'pluginregistration.Registration'),
    methods: registrationService(DRA_SOCKET),
  },
]);
process.once('SIGTERM', () => {
  registration.close();
  plugin.close();
  process.exit(0);
});
const identity = await registeredNode(api, node);
await new SlicePublisher({ api, node: identity, accelerators, driverVersion, health }).start();
