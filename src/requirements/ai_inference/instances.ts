import type { Facts, Instance, KindName, Needs, NotRun, NotRunInstance, Place } from '../../case-kit/index.ts';
import { API, CLASS, GATEWAY, grantKind, ROUTE } from './gateway.ts';

/** What every case with traffic is called with. Plain JSON. */
export interface GatewayParams {
  readonly className: string;
  readonly controller: string;
  /** Name of the implementation, for people. */
  readonly title: string;
  /** Of the node that is easiest to get onto, so that pods find a place on clusters where every node is tainted. */
  readonly tolerations: Place['tolerations'];
  /** Kind of ReferenceGrant that is served. */
  readonly grant?: KindName;
}

const INSTALL =
  'Install an implementation of the Gateway API and its GatewayClass (for example Envoy Gateway, Istio, Cilium, Traefik, kgateway).';

/**
 * An instance for each GatewayClass that its controller has accepted, of which one suffices. Classes that do not serve clients (a
 * mesh's waypoints, gateways run by hand) or that nobody accepted are named, and no implementation to be tried.
 */
export function instancesOf(
  facts: Facts,
  needs: Pick<Needs, 'creates' | 'changes' | 'waits'> = {},
): readonly (Instance<GatewayParams> | NotRunInstance)[] | NotRun {
  const { inventory, resources } = facts;
  const unread = inventory.notRead.find(({ what }) => what.endsWith('/GatewayClass'));
  if (unread !== undefined)
    return {
      outcome: 'inconclusive',
      class: 'permission',
      message: `GatewayClasses could not be read: ${unread.why}`,
      remedy: unread.remedy,
    };
  const unserved = [CLASS, GATEWAY, ROUTE].filter((kind) => resources.find(kind) === undefined);
  if (unserved.length > 0)
    return notFound(`${API} is not served whole (${unserved.join(', ')} missing), so no traffic can be tried`);
  const usable = inventory.gatewayClasses.filter(({ accepted, serves }) => accepted && serves === 'ingress');
  if (usable.length === 0) return notFound('no GatewayClass is accepted by a controller, so no traffic can be tried');
  const place = easiestNode(facts);
  if (place === undefined)
    return {
      outcome: 'inconclusive',
      class: 'capacity',
      message: 'no node takes pods (ready, schedulable, Linux, not simulated)',
      remedy: 'Add or uncordon a node.',
    };
  const grant = grantKind(facts);
  return inventory.gatewayClasses.map((found): Instance<GatewayParams> | NotRunInstance => {
    const { name, controller, title, accepted, serves, message } = found;
    const why = serves === 'ingress' ? `not accepted by its controller ${controller}: ${message}` : `for ${serves}`;
    if (!accepted || serves !== 'ingress')
      return {
        variant: name,
        alternative: name,
        notRun: { outcome: 'not-applicable', message: `GatewayClass ${name} (${title}) is ${why}` },
      };
    return {
      variant: name,
      alternative: name,
      params: {
        className: name,
        controller,
        title,
        tolerations: place.tolerations,
        ...(grant === undefined ? {} : { grant }),
      },
      needs: {
        ...needs,
        creates: ['v1/Pod', 'v1/Service', GATEWAY, ROUTE, ...(needs.creates ?? [])],
        changes: [GATEWAY, ...(needs.changes ?? [])],
        podSecurity: {
          level: 'baseline',
          why: "implementations put their proxies into the Gateway's namespace; the case's own pods are restricted",
        },
      },
    };
  });
}

function notFound(message: string): NotRun {
  return { outcome: 'inconclusive', class: 'not-found', message, remedy: INSTALL };
}

/** The node with the fewest taints that pods can be put on. */
function easiestNode({ inventory }: Facts): Place | undefined {
  const [node] = inventory.nodes
    .filter(({ candidate }) => candidate)
    .sort((a, b) => a.tolerations.length - b.tolerations.length);
  return node === undefined ? undefined : { node: node.name, tolerations: node.tolerations };
}
