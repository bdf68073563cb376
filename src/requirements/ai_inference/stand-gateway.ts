import {
  type Bench,
  type Condition,
  type Handle,
  type KubeObject,
  list,
  named,
  number,
  type RecordedObject,
  text,
} from '../../case-kit/index.ts';
import { GATEWAY, LISTENER } from './gateway-api.ts';
import { gatewayServiceUrls } from './gateway-services.ts';
import { addressesOf, lacksAddress, portRefused, programmed, programmedOrWrongPort } from './gateway-state.ts';
import type { GatewayParams } from './instances.ts';

/** How long an implementation may take to program a Gateway (a cloud makes a load balancer meanwhile). */
export const PROGRAMMED_WITHIN = '5m';
/** After that, a Gateway that lacks nothing but an address is asked through its Service. */
const ADDRESS_WITHIN = '30s';
/** Where implementations that take a listener only at a port that they listen on anyway do so (Traefik's and Kong's charts). */
const USUAL_PORTS = [80, 8000, 8080] as const;

/** A Gateway, and where it may answer, the most official address first. Empty when there is nowhere to ask. */
export interface Standing {
  readonly gateway: Handle;
  readonly urls: readonly string[];
}

/**
 * Creates a Gateway with one HTTP listener and waits until it is programmed. Marks `gateway created` and, after the last wait,
 * `gateway waited for`.
 */
export async function standGateway(bench: Bench, params: GatewayParams): Promise<Standing> {
  const gateway = await bench.create(gatewayObject(bench, params.className, USUAL_PORTS[0]));
  bench.mark('gateway created');
  const now = (): KubeObject => bench.current(gateway)[0] ?? gateway.object;
  const soon = { within: ADDRESS_WITHIN, otherwise: 'go-on' } as const;
  let port: number = USUAL_PORTS[0];
  await bench.until(gateway, programmedOrWrongPort, soon);
  for (const other of portRefused(now()) === undefined ? [] : await otherPorts(bench, params.className)) {
    port = other;
    const changed = await bench.patch(gateway.ref, { spec: { listeners: [listener(port)] } });
    await bench.until(gateway, since(changed.metadata.generation ?? 0, programmedOrWrongPort), soon);
    if (portRefused(now()) === undefined) break;
  }
  // Nothing is missing but an address, and the Service is known: a cluster without load balancers.
  const waiting = programmed(now()) !== true && portRefused(now()) === undefined;
  if (waiting && !(lacksAddress(now()) && (await gatewayServiceUrls(bench, bench.namespace, port)).length > 0))
    await bench.until(gateway, programmed, { within: PROGRAMMED_WITHIN, otherwise: 'go-on' });
  const last = now();
  const askable = programmed(last) === true || lacksAddress(last);
  const urls = askable
    ? [
        ...addressesOf(last).flatMap((host) => urlsOf(host, port)),
        ...(await gatewayServiceUrls(bench, bench.namespace, port)),
      ]
    : [];
  bench.mark('gateway waited for', { port, urls });
  return { gateway, urls: [...new Set(urls)] };
}

/** Where the listener's port is one of the implementation's own, the load balancer before it usually takes port 80. */
function urlsOf(host: string, port: number): readonly string[] {
  return [...new Set([port, 80])].map((one) => `http://${host}:${one}`);
}

/** The condition, once the watch shows the object in that generation: what is said before is of what it was. */
function since(generation: number, condition: Condition): Condition {
  return named(condition.name, (object: RecordedObject) =>
    (object.metadata.generation ?? 0) < generation ? 'the change has not been seen yet' : condition(object),
  );
}

/** Its name is that of the case's namespace, which no other Gateway of the cluster has: its Service is found by it. */
function gatewayObject(bench: Bench, className: string, port: number): KubeObject {
  const [apiVersion, kind] = [GATEWAY.slice(0, GATEWAY.lastIndexOf('/')), 'Gateway'];
  const metadata = { name: bench.namespace };
  return { apiVersion, kind, metadata, spec: { gatewayClassName: className, listeners: [listener(port)] } };
}

function listener(port: number): Record<string, unknown> {
  return { name: LISTENER, protocol: 'HTTP', port, allowedRoutes: { namespaces: { from: 'Same' } } };
}

/** Ports of HTTP listeners that Gateways of this class have already, then the usual ones. */
async function otherPorts(bench: Bench, className: string): Promise<readonly number[]> {
  const gateways = await bench.list(GATEWAY);
  const used = gateways
    .filter((gateway) => text(gateway, 'spec.gatewayClassName') === className)
    .flatMap((gateway) => list(gateway, 'spec.listeners'))
    .filter((one) => text(one, 'protocol') === 'HTTP')
    .flatMap((one) => number(one, 'port') ?? []);
  return [...new Set([...used, ...USUAL_PORTS])].filter((port) => port !== USUAL_PORTS[0]);
}
