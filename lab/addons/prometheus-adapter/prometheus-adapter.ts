import { staticImage } from '../../images/static-image.ts';
import type { Addon } from '../addon.ts';
import { apiServiceReady, deploymentReady } from '../readiness.ts';
import { adapterObjects, IMAGE, NAME, NAMESPACE, VERSION } from './adapter-objects.ts';

/** The custom metrics API, from what Prometheus scrapes: what HorizontalPodAutoscalers read. */
export const prometheusAdapter: Addon = {
  name: 'prometheus-adapter',
  summary: `prometheus-adapter ${VERSION}: the custom metrics API for autoscalers, from Prometheus`,
  needs: ['prometheus'],
  components: ['prometheus-adapter'],
  images: (binary) => [
    staticImage({
      title: NAME,
      version: VERSION,
      references: [IMAGE],
      binary: binary('prometheus-adapter'),
      path: '/adapter',
      config: { User: '65534:65534' },
    }),
  ],
  objects: async () => adapterObjects(),
  ready: [deploymentReady(NAMESPACE, NAME), apiServiceReady(NAMESPACE, 'v1beta1.custom.metrics.k8s.io')],
};
