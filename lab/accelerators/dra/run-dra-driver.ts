import { type LabApi, openLabApi } from '../../api/lab-api.ts';
import { eraseMemory } from '../device-memory.ts';
import { exactly, type Grant } from '../grant.ts';
import { serviceDefinition } from '../kubelet/service-definition.ts';
import { type ServedService, serveOnSocket } from '../kubelet/socket-server.ts';
import { type NodeSide, startNodeSide } from '../node-side.ts';
import { CDI_FOLDER } from './cdi-file.ts';
import type { ClaimRef } from './claim.ts';
import { ClaimPreparer } from './claim-preparer.ts';
import { draService } from './dra-service.ts';
import { healthService } from './health-service.ts';
import { registeredNode } from './registered-node.ts';
import { DRA_SOCKET, REGISTRATION_SOCKET, registrationService } from './registration-service.ts';
import { SlicePublisher } from './slice-publisher.ts';

/** The DRA driver of one node; runs inside the node's namespaces until it is ended. Resolves once its slice is published. */
export async function runDraDriver(grant: Grant = exactly): Promise<void> {
  const side = startNodeSide();
  const api = openLabApi(side.kubeconfig);
  const plugin = await serveOnSocket(DRA_SOCKET, pluginServices(side, api, grant));
  // Last: a socket in this folder is an invitation to the kubelet.
  const registration = await serveOnSocket(REGISTRATION_SOCKET, [
    {
      definition: serviceDefinition(side.protos, 'registration', 'pluginregistration.Registration'),
      methods: registrationService(DRA_SOCKET),
    },
  ]);
  process.once('SIGTERM', () => {
    registration.close();
    plugin.close();
    process.exit(0);
  });
  await new SlicePublisher({ ...side, api, node: await registeredNode(api, side.node) }).start();
}

function pluginServices(side: NodeSide, api: LabApi, grant: Grant): ServedService[] {
  const { node, accelerators, health, protos } = side;
  const preparer = new ClaimPreparer({
    pool: node,
    accelerators,
    cdiFolder: CDI_FOLDER,
    readClaim: (claim) => readClaim(api, claim),
    erase: eraseMemory,
    grant,
  });
  return [
    {
      definition: serviceDefinition(protos, 'dra', 'k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin'),
      methods: draService(preparer),
    },
    {
      definition: serviceDefinition(protos, 'draHealth', 'v1.DRAResourceHealth'),
      methods: healthService(node, accelerators, health),
    },
  ];
}

/** A node may read the claims of the pods that are bound to it (Node authorizer). */
async function readClaim(api: LabApi, { namespace, name }: ClaimRef): Promise<unknown> {
  const path = `/apis/resource.k8s.io/v1/namespaces/${namespace}/resourceclaims/${name}`;
  const { status, body } = await api.request('GET', path);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}
