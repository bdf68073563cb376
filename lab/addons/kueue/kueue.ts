import type { KubeObject } from '../../../src/kube/object.ts';
import type { Addon } from '../addon.ts';
import { managerImage } from '../manager-image.ts';
import { container, pick, quicken } from '../pick.ts';
import { apiServiceReady, deploymentReady } from '../readiness.ts';
import { setConfig } from '../set-config.ts';

const VERSION = '0.17.0';
const IMAGE = `registry.k8s.io/kueue/kueue:v${VERSION}`;
const MODULE = 'sigs.k8s.io/kueue';

/**
 * The kinds of jobs that Kueue queues here. Its webhooks for pods, Deployments and StatefulSets are left out: they would
 * stand in the way of every other add-on's start while Kueue itself starts.
 */
const FRAMEWORKS = [
  'batch/job',
  'jobset.x-k8s.io/jobset',
  'trainer.kubeflow.org/trainjob',
  'ray.io/rayjob',
  'ray.io/raycluster',
];
const WEBHOOKS = /^[mv](clusterqueue|cohort|job|jobset|raycluster|rayjob|resourceflavor|trainjob|workload)\.kb\.io$/;

/** Kueue: queues, quotas and all-or-nothing admission, with its visibility API. */
export const kueue: Addon = {
  name: 'kueue',
  summary: `Kueue ${VERSION}: job queues with quotas and gang admission`,
  components: ['kueue'],
  images: (binary) => [managerImage('kueue', VERSION, IMAGE, binary('kueue'))],
  async objects(modules) {
    const objects = await modules.read('controllers', MODULE, { kustomize: 'config/default' });
    const deployment = pick(objects, 'Deployment', 'kueue-controller-manager');
    container(deployment, 'manager').image = IMAGE;
    quicken(deployment);
    configure(pick(objects, 'ConfigMap', 'kueue-manager-config'));
    for (const object of objects) keepWebhooks(object);
    return objects;
  },
  ready: [
    deploymentReady('kueue-system', 'kueue-controller-manager'),
    apiServiceReady('kueue-system', 'v1beta2.visibility.kueue.x-k8s.io'),
  ],
};

/** Exported for its test. */
export function configure(map: KubeObject): void {
  setConfig(map, {
    leaderElection: { leaderElect: false },
    integrations: { frameworks: FRAMEWORKS },
    // All-or-nothing has to hold beyond quota: a gang whose pods do not become ready in time gives its room back.
    waitForPodsReady: {
      timeout: '30s',
      recoveryTimeout: '30s',
      blockAdmission: false,
      requeuingStrategy: { timestamp: 'Eviction', backoffBaseSeconds: 5, backoffMaxSeconds: 60 },
    },
  });
}

/** Leaves only the webhooks of the kinds above and of Kueue's own. */
export function keepWebhooks(object: KubeObject): void {
  if (!/^(Mutating|Validating)WebhookConfiguration$/.test(object.kind)) return;
  const webhooks = object['webhooks'] as { name: string }[];
  object['webhooks'] = webhooks.filter(({ name }) => WEBHOOKS.test(name));
}
