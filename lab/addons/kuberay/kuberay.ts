import type { KubeObject } from '../../../src/kube/object.ts';
import type { Addon } from '../addon.ts';
import { managerImage } from '../manager-image.ts';
import { container, pick, quicken } from '../pick.ts';
import { deploymentReady } from '../readiness.ts';

const VERSION = '1.6.0';
const IMAGE = `quay.io/kuberay/operator:v${VERSION}`;
const NAMESPACE = 'kuberay-system';
/** The namespace that its manifests are written for. */
const UPSTREAM_NAMESPACE = 'default';

/** The KubeRay operator, without webhooks as upstream has it by default. */
export const kuberay: Addon = {
  name: 'kuberay',
  summary: `KubeRay operator ${VERSION}: Ray clusters, jobs and services`,
  components: ['kuberay'],
  images: (binary) => [managerImage('kuberay', VERSION, IMAGE, binary('kuberay'))],
  async objects(modules) {
    const module = 'github.com/ray-project/kuberay/ray-operator';
    const objects = await modules.read('controllers', module, { kustomize: 'config/default' });
    for (const object of objects) moveNamespace(object);
    const deployment = pick(objects, 'Deployment', 'kuberay-operator');
    const operator = container(deployment);
    operator.image = IMAGE;
    operator.args = [...(operator.args ?? []), '--enable-leader-election=false'];
    // Pods here are not of Ray's image: nothing in them could answer the probes and waits that would be injected.
    operator.env = [
      { name: 'ENABLE_INIT_CONTAINER_INJECTION', value: 'false' },
      { name: 'ENABLE_PROBES_INJECTION', value: 'false' },
    ];
    quicken(deployment);
    return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, ...objects];
  },
  ready: [deploymentReady(NAMESPACE, 'kuberay-operator')],
};

function moveNamespace(object: KubeObject): void {
  if (object.metadata.namespace === UPSTREAM_NAMESPACE) object.metadata.namespace = NAMESPACE;
  for (const subject of (object['subjects'] ?? []) as { kind: string; namespace?: string }[]) {
    if (subject.kind === 'ServiceAccount') subject.namespace = NAMESPACE;
  }
}
