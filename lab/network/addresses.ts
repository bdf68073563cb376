/**
 * The addresses of a lab. All of them are of 198.18.0.0/15, which RFC 2544 keeps for laboratories, and every lab uses the
 * same ones: each has a switch of its own, and none has a link to anything else.
 */
export const CONTROL_PLANE_ADDRESS = '198.18.0.10';
export const API_PORT = 6443;
export const REGISTRY_PORT = 5000;
export const PODS = '198.18.64.0/18';
export const SERVICES = '198.19.0.0/20';
export const KUBERNETES_SERVICE = '198.19.0.1';
export const DNS_SERVICE = '198.19.0.10';
/** The pod ranges of nodes fill 198.18.64.0/18; number 0 and the last few are left out. */
export const MOST_NODES = 60;

/** Address of the node with this index, 1 to MOST_NODES. */
export function nodeAddress(index: number): string {
  return `198.18.0.${20 + index}`;
}

/** Pod range of the node with this index. */
export function podCidr(index: number): string {
  return `198.18.${64 + index}.0/24`;
}

/**
 * Routes to the pod ranges of all nodes that there can be, but for `except`. They are set once and for all, so that
 * adding or removing a node changes nothing on the others.
 */
function podRoutes(device: string, except?: number): string[] {
  return Array.from({ length: MOST_NODES }, (_, offset) => offset + 1)
    .filter((index) => index !== except)
    .map((index) => `route add ${podCidr(index)} via ${nodeAddress(index)} dev ${device}`);
}

function batch(lines: readonly string[], prefix = ''): string {
  return `${prefix}ip -batch - <<'END'\n${lines.join('\n')}\nEND`;
}

const QUIET_IPV6 = 'for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done 2>/dev/null || :';

/** The control plane's namespace holds the lab's switch, a bridge, and has its own address on it. It forwards nothing. */
export function controlPlaneNetwork(): string {
  return [
    QUIET_IPV6,
    batch([
      'link set lo up',
      'link add br0 type bridge',
      `addr add ${CONTROL_PLANE_ADDRESS}/24 dev br0`,
      'link set br0 up',
      'route add unreachable default metric 4096',
      ...podRoutes('br0'),
    ]),
  ].join('\n');
}

/**
 * A node's namespace: one cable, whose other end is made in the control plane's namespace and never exists on the host.
 * Traffic of the node itself for a service address needs a route before kube-proxy's DNAT sees it.
 * @param switchPid PID 1 of the control plane, as the host knows it.
 */
export function nodeNetwork(index: number, switchPid: number): string {
  const port = `node${index}`;
  return [
    QUIET_IPV6,
    'echo 1 >/proc/sys/net/ipv4/ip_forward',
    batch([
      'link set lo up',
      `link add eth0 type veth peer name ${port} netns ${switchPid}`,
      `addr add ${nodeAddress(index)}/24 dev eth0`,
      'link set eth0 up',
      'route add unreachable default metric 4096',
      `route add ${SERVICES} dev eth0`,
      ...podRoutes('eth0', index),
    ]),
    batch([`link set ${port} master br0`, `link set ${port} up`], `nsenter --net=/proc/${switchPid}/ns/net `),
  ].join('\n');
}
