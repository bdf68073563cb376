import type { KubeObject } from '../../../src/kube/object.ts';
import type { Addon } from '../addon.ts';
import { managerImage } from '../manager-image.ts';
import { container, pick, quicken } from '../pick.ts';
import { deploymentReady } from '../readiness.ts';
import { setConfig } from '../set-config.ts';

const VERSION = '2.2.0';
const IMAGE = `ghcr.io/kubeflow/trainer/trainer-controller-manager:v${VERSION}`;
const MODULE = 'github.com/kubeflow/trainer/v2';
const NAMESPACE = 'kubeflow-system';
const NAME = 'kubeflow-trainer-controller-manager';

/** Kubeflow Trainer with the torch runtime, whose container does nothing but print what it was given. */
export const trainer: Addon = {
  name: 'trainer',
  summary: `Kubeflow Trainer ${VERSION} with a ClusterTrainingRuntime torch-distributed on busybox`,
  needs: ['jobset'],
  components: ['trainer'],
  images: (binary) => [managerImage('trainer', VERSION, IMAGE, binary('trainer'))],
  async objects(modules) {
    // JobSet, which its manifests would fetch from an address, is an add-on of its own.
    const selection = { kustomize: 'manifests/overlays/manager', without: ['../../third-party/jobset'] };
    const objects = await modules.read('controllers', MODULE, selection);
    const deployment = pick(objects, 'Deployment', NAME);
    container(deployment, 'manager').image = IMAGE;
    quicken(deployment);
    setConfig(pick(objects, 'ConfigMap', 'kubeflow-trainer-config'), { leaderElection: { leaderElect: false } });
    return objects;
  },
  async late(modules) {
    const files = ['manifests/base/runtimes/torch_distributed.yaml'];
    const objects = await modules.read('controllers', MODULE, { files });
    return objects.map(onBusybox);
  },
  ready: [deploymentReady(NAMESPACE, NAME)],
};

interface Runtime {
  readonly template: {
    readonly spec: {
      readonly replicatedJobs: {
        readonly template: { readonly spec: { readonly template: { readonly spec: { containers: object[] } } } };
      }[];
    };
  };
}

/** The upstream runtime names an image of several gigabytes; here every node prints its rank and sleeps a little. */
function onBusybox(runtime: KubeObject): KubeObject {
  for (const job of (runtime['spec'] as unknown as Runtime).template.spec.replicatedJobs) {
    for (const one of job.template.spec.template.spec.containers) {
      Object.assign(one, { image: 'busybox:1.37', command: ['sh', '-c', 'env | grep ^PET_ || :; sleep 3'] });
    }
  }
  return runtime;
}
