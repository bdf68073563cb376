import type { KubeObject } from '../../../src/kube/object.ts';
import { staticImage } from '../../images/static-image.ts';
import type { Addon } from '../addon.ts';
import { container, pick, quicken } from '../pick.ts';
import { deploymentReady, statefulSetReady } from '../readiness.ts';
import { NAMESPACE, OPERATOR_VERSION, PROMETHEUS_IMAGE, PROMETHEUS_VERSION, RELOADER_IMAGE } from './names.ts';
import { prometheusObjects } from './prometheus-objects.ts';

const OPERATOR_IMAGE = `quay.io/prometheus-operator/prometheus-operator:v${OPERATOR_VERSION}`;
const MODULE = 'github.com/prometheus-operator/prometheus-operator';
/** The namespace that the operator's bundle is written for. */
const BUNDLE_NAMESPACE = 'default';

/** Prometheus under its operator: PodMonitors, ServiceMonitors, rules of every namespace, scraped each second. */
export const prometheus: Addon = {
  name: 'prometheus',
  summary: `Prometheus ${PROMETHEUS_VERSION} and its operator ${OPERATOR_VERSION}: monitors of every namespace, scraped each second`,
  components: ['prometheus', 'prometheus-operator', 'prometheus-config-reloader'],
  images: (binary) =>
    [
      { name: 'prometheus', version: PROMETHEUS_VERSION, reference: PROMETHEUS_IMAGE, path: '/bin/prometheus' },
      { name: 'prometheus-operator', version: OPERATOR_VERSION, reference: OPERATOR_IMAGE, path: '/bin/operator' },
      {
        name: 'prometheus-config-reloader',
        version: OPERATOR_VERSION,
        reference: RELOADER_IMAGE,
        path: '/bin/prometheus-config-reloader',
      },
    ].map(({ name, version, reference, path }) =>
      staticImage({
        title: name,
        version,
        references: [reference],
        binary: binary(name),
        path,
        config: { User: '65534:65534' },
      }),
    ),
  async objects(modules) {
    const bundle = await modules.read('prometheus-operator', MODULE, { files: ['bundle.yaml'] });
    for (const object of bundle) moveNamespace(object);
    const deployment = pick(bundle, 'Deployment', 'prometheus-operator');
    const operator = container(deployment);
    operator.image = OPERATOR_IMAGE;
    operator.args = [
      `--prometheus-config-reloader=${RELOADER_IMAGE}`,
      // The kubelets of the lab are found by whoever scrapes them; the operator's own list of them is not needed.
      '--kubelet-endpoints=false',
      '--config-reloader-cpu-request=10m',
      '--config-reloader-memory-request=32Mi',
    ];
    operator['readinessProbe'] = { httpGet: { path: '/healthz', port: 'http' } };
    quicken(deployment);
    return [...bundle, ...prometheusObjects()];
  },
  ready: [deploymentReady(NAMESPACE, 'prometheus-operator'), statefulSetReady(NAMESPACE, 'prometheus-lab')],
};

function moveNamespace(object: KubeObject): void {
  if (object.metadata.namespace === BUNDLE_NAMESPACE) object.metadata.namespace = NAMESPACE;
  for (const subject of (object['subjects'] ?? []) as { namespace?: string }[]) {
    if (subject.namespace === BUNDLE_NAMESPACE) subject.namespace = NAMESPACE;
  }
}
