import type { Addon } from '../addon.ts';
import { managerImage } from '../manager-image.ts';
import { container, pick, quicken } from '../pick.ts';
import { deploymentReady } from '../readiness.ts';
import { setConfig } from '../set-config.ts';

const VERSION = '0.12.0';
const IMAGE = `registry.k8s.io/jobset/jobset:v${VERSION}`;

/** JobSet: groups of Jobs that start, fail and restart together. */
export const jobset: Addon = {
  name: 'jobset',
  summary: `JobSet ${VERSION}: groups of Jobs that start, fail and restart together`,
  components: ['jobset'],
  images: (binary) => [managerImage('jobset', VERSION, IMAGE, binary('jobset'))],
  async objects(modules) {
    const objects = await modules.read('controllers', 'sigs.k8s.io/jobset', { kustomize: 'config/default' });
    const deployment = pick(objects, 'Deployment', 'jobset-controller-manager');
    container(deployment, 'manager').image = IMAGE;
    quicken(deployment);
    setConfig(pick(objects, 'ConfigMap', 'jobset-manager-config'), { leaderElection: { leaderElect: false } });
    return objects;
  },
  ready: [deploymentReady('jobset-system', 'jobset-controller-manager')],
};
