import { staticImage } from '../../images/static-image.ts';
import type { Addon } from '../addon.ts';
import { container, pick, podSpec, quicken } from '../pick.ts';
import { deploymentReady } from '../readiness.ts';

const VERSION = '0.8.0';
const IMAGE = `registry.k8s.io/kwok/kwok:v${VERSION}`;
const MODULE = 'sigs.k8s.io/kwok';

/** KWOK: nodes without a kubelet, for numbers of nodes that no machine could hold. They are annotated as what they are. */
export const kwok: Addon = {
  name: 'kwok',
  summary: `KWOK ${VERSION}: simulated nodes (annotation kwok.x-k8s.io/node=fake)`,
  components: ['kwok'],
  images: (binary) => [
    staticImage({
      title: 'kwok',
      version: VERSION,
      references: [IMAGE],
      binary: binary('kwok'),
      path: '/usr/local/bin/kwok',
    }),
  ],
  async objects(modules) {
    const objects = await modules.read('kwok', MODULE, { kustomize: 'kustomize/kwok' });
    const stages = await modules.read('kwok', MODULE, { kustomize: 'kustomize/stage/fast' });
    const deployment = pick(objects, 'Deployment', 'kwok-controller');
    const controller = container(deployment);
    controller.image = IMAGE;
    controller['startupProbe'] = { httpGet: { path: '/healthz', port: 10247 }, periodSeconds: 1, failureThreshold: 60 };
    // A simulated node must not be where the simulation runs.
    podSpec(deployment)['affinity'] = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'type', operator: 'NotIn', values: ['kwok'] }] }],
        },
      },
    };
    quicken(deployment);
    return [...objects, ...stages];
  },
  ready: [deploymentReady('kube-system', 'kwok-controller')],
};
