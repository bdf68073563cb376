import type { KubeObject } from '../../../src/kube/object.ts';
import { DRIVER_NAME, RESOURCE_NAME } from '../../accelerators/accelerator.ts';
import { staticImage } from '../../images/static-image.ts';
import type { Addon } from '../addon.ts';
import { deploymentReady } from '../readiness.ts';
import { karpenterDeployment, NAMESPACE, permissions } from './karpenter-objects.ts';
import { nodeClass, nodePool } from './node-pools.ts';

const VERSION = '1.14.1';
const IMAGE = `public.ecr.aws/karpenter/controller:${VERSION}`;
const MODULE = 'sigs.k8s.io/karpenter';

/** Pools of one-accelerator nodes, empty at first: one handed out by the device plugin, one by the DRA driver. */
const POOLS: readonly KubeObject[] = [
  nodePool({ name: 'accelerators', types: ['accelerator-1'], resource: RESOURCE_NAME }),
  nodePool({ name: 'dra-accelerators', types: ['dra-1'], driver: DRIVER_NAME }),
];

/** Karpenter with the lab as its cloud: it adds real nodes with accelerators and removes them again. */
export const karpenter: Addon = {
  name: 'karpenter',
  summary: `Karpenter ${VERSION} on the lab's own node provider: real nodes with accelerators, made when pods ask`,
  components: ['karpenter'],
  nodeProvider: true,
  images: (binary) => [
    staticImage({
      title: 'karpenter',
      version: VERSION,
      references: [IMAGE],
      binary: binary('karpenter'),
      path: '/controller',
      config: { User: '65532:65532' },
    }),
  ],
  async objects(modules) {
    const crds = await modules.read('karpenter', MODULE, { files: ['pkg/apis/crds', 'kwok/apis/crds'] });
    return [...crds, ...permissions(), karpenterDeployment(IMAGE)];
  },
  // Not among the objects: the controller has to be there to say that they are ready.
  late: () => Promise.resolve([nodeClass(), ...POOLS]),
  ready: [deploymentReady(NAMESPACE, 'karpenter')],
};
