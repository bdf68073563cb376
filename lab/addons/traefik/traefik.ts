import type { KubeObject } from '../../../src/kube/object.ts';
import { staticImage } from '../../images/static-image.ts';
import type { Addon } from '../addon.ts';
import { container, pick, quicken } from '../pick.ts';
import { conditionReady, deploymentReady } from '../readiness.ts';

const VERSION = '3.7.13';
const IMAGE = `docker.io/library/traefik:v${VERSION}`;
const NAMESPACE = 'traefik';
const MODULE = 'github.com/traefik/traefik/v3';
const FIXTURES = 'integration/fixtures/gateway-api-conformance';
/**
 * Address of Traefik's Service, and so of every Gateway: there is nothing in a lab that hands out load balancers, and
 * Traefik copies the address of a Service only from a load balancer's status.
 */
export const GATEWAY_ADDRESS = '198.19.0.80';

/** The Gateway API (standard channel) with Traefik behind it; GatewayClass `traefik`. */
export const traefik: Addon = {
  name: 'traefik',
  summary: `Traefik ${VERSION} with the Gateway API's CRDs (standard channel); GatewayClass traefik`,
  components: ['traefik'],
  images: (binary) => [
    staticImage({
      title: 'traefik',
      version: VERSION,
      references: [IMAGE],
      binary: binary('traefik'),
      path: '/usr/local/bin/traefik',
    }),
  ],
  async objects(modules) {
    const crds = await modules.read('traefik', 'sigs.k8s.io/gateway-api', { files: ['config/crd/standard'] });
    const own = await modules.read('traefik', MODULE, {
      files: [`${FIXTURES}/01-rbac.yml`, `${FIXTURES}/02-traefik.yml`],
    });
    const deployment = pick(own, 'Deployment', 'traefik');
    const program = container(deployment);
    program.image = IMAGE;
    program.args = labArguments(program.args ?? []);
    program['readinessProbe'] = { httpGet: { path: '/ping', port: 'traefik' } };
    quicken(deployment);
    const service = pick(own, 'Service', 'traefik');
    Object.assign(service['spec'] as KubeObject, { type: 'ClusterIP', clusterIP: GATEWAY_ADDRESS });
    return [...crds, ...own];
  },
  ready: [
    deploymentReady(NAMESPACE, 'traefik'),
    conditionReady('gateway.networking.k8s.io/v1', 'GatewayClass', 'traefik', 'Accepted'),
  ],
};

/** The upstream arguments, for the standard channel, with the fixed address, and quick. Exported for its test. */
export function labArguments(upstream: readonly string[]): string[] {
  const dropped = /^--(log\.level|providers\.kubernetesgateway\.(experimentalchannel|statusaddress\..*))\b/i;
  return [
    ...upstream.filter((argument) => !dropped.test(argument)),
    '--log.level=INFO',
    '--ping=true',
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--providers.kubernetesgateway=true',
    `--providers.kubernetesgateway.statusaddress.ip=${GATEWAY_ADDRESS}`,
    // By default a change waits up to two seconds for others: a deleted route goes on answering that long.
    '--providers.providersthrottleduration=100ms',
  ];
}
