import { type Bench, type KubeObject, list, number, text } from '../../case-kit/index.ts';
import { inUrl } from './gateway-state.ts';

/**
 * Labels by which the Service that an implementation made for a Gateway is known: the Gateway API's own (GEP-1762) and those of
 * implementations that put it into the controller's namespace or came before that one.
 */
const NAME_LABELS = [
  'gateway.networking.k8s.io/gateway-name',
  'gateway.envoyproxy.io/owning-gateway-name',
  'io.cilium.gateway/owning-gateway',
  'istio.io/gateway-name',
] as const;

/**
 * URLs of the Services that were made for a Gateway, wherever they are. The Gateway's name has to be one that no other Gateway of
 * the cluster has.
 */
export async function gatewayServiceUrls(bench: Bench, gateway: string, port: number): Promise<readonly string[]> {
  const found = await Promise.all(
    NAME_LABELS.map((label) => bench.list('v1/Service', { labels: `${label}=${gateway}` })),
  );
  const services = new Map(found.flat().map((service) => [service.metadata.uid ?? '', service]));
  return [...services.values()].flatMap((service) => urlOf(service, port) ?? []);
}

function urlOf(service: KubeObject, port: number): string | undefined {
  const address = text(service, 'spec.clusterIP');
  if (address === '' || address === 'None') return undefined;
  const ports = list(service, 'spec.ports').map((one) => number(one, 'port'));
  if (ports.includes(port)) return `http://${inUrl(address)}:${port}`;
  return ports[0] === undefined ? undefined : `http://${inUrl(address)}:${ports[0]}`;
}
