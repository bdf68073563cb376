import type { NodeFacts } from '../node-facts.ts';
import type { NodeGroup } from './cluster-autoscaler-status.ts';

type Label = { readonly key: string; readonly value: string };

/** Labels and annotations whose value is the very name (or id) by which Cluster Autoscaler knows the group. */
const ID_KEYS: readonly string[] = [
  'doks.digitalocean.com/node-pool-id',
  'k8s.scaleway.com/pool',
  'kubernetes.civo.com/civo-node-pool',
  'compute.coreweave.com/node-pool-uid',
  'vke.vultr.com/node-pool-id',
  'lke.linode.com/pool-id',
  'cloud.tencent.com/auto-scaling-group-id',
  'hcloud/node-group',
  'magnum.openstack.org/nodegroup',
  'oci.oraclecloud.com/node-pool-id',
  'alibabacloud.com/nodepool-id',
  'cce.cloud.com/cce-nodepool-id',
  'node.exoscale.net/nodepool-id',
  'rke.cattle.io/rke-machine-pool-name',
];
/** Others are known by what they are called; never by these. */
const ID_LIKE = /(pool|node-?group|instance-?group|scaling-?group|asg|machine-?(set|deployment)|worker-?group)/i;
const NO_ID =
  /^(kubernetes\.io\/hostname|node\.kubernetes\.io\/.*|beta\.kubernetes\.io\/.*|topology\..*|failure-domain\..*)$/;

/** Names of pools in labels, and how the name of a group is made of one. */
const NAME_KEYS: readonly { readonly key: string; readonly made: RegExp }[] = [
  // eks-NODEGROUP-UUID
  { key: 'eks.amazonaws.com/nodegroup', made: /^eks-(?<pool>.+?)-[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?$/ },
  { key: 'alpha.eksctl.io/nodegroup-name', made: /^eksctl-.+-nodegroup-(?<pool>.+)-NodeGroup-\w+$/ },
  // aks-POOL-12345678-vmss
  { key: 'kubernetes.azure.com/agentpool', made: /^aks-(?<pool>[a-z0-9]+)-\d{8}-vmss$/ },
  { key: 'agentpool', made: /^aks-(?<pool>[a-z0-9]+)-\d{8}-vmss$/ },
  // POOL.CLUSTER
  { key: 'kops.k8s.io/instancegroup', made: /^(?<pool>[^.]+)\.[\w-]+(\.[\w-]+)+$/ },
  // gke-CLUSTER-POOL-1a2b3c4d-grp
  { key: 'cloud.google.com/gke-nodepool', made: /^gke-(?<pool>.+)-[0-9a-f]{8}-grp$/ },
  // shoot--PROJECT--SHOOT-POOL-z1
  { key: 'worker.gardener.cloud/pool', made: /^(?:.*[./])?shoot--.+?--[a-z0-9-]+?-(?<pool>.+)-z\d+$/ },
  { key: 'worker.garden.sapcloud.io/group', made: /^(?:.*[./])?shoot--.+?--[a-z0-9-]+?-(?<pool>.+)-z\d+$/ },
  // NODEGROUP-12345678 of OpenStack Magnum
  { key: 'magnum.openstack.org/nodegroup', made: /^(?<pool>.+)-[0-9a-f]{8}$/ },
];
/** Labels whose value is a part of the group's name on clouds that are not told apart above. */
const PART_KEYS: readonly string[] = [
  ...new Set(NAME_KEYS.map(({ key }) => key)),
  'cloud.google.com/gke-nodepool',
  'doks.digitalocean.com/node-pool',
  'k8s.scaleway.com/pool-name',
  'vke.vultr.com/node-pool',
  'compute.coreweave.com/node-pool',
  'cce.cloud.com/cce-nodepool',
  'nodepool',
];

/**
 * The nodes of a group, and the label that they and no others carry: by a label or annotation with the group's own id; by their names
 * where those are made of the group's (GKE, AKS); by the pool's name where the group's is made of it in a known way; else by a label
 * whose value stands in the group's name, if as many nodes carry it as the group says it has. A group without nodes has none, whatever
 * its namesakes have.
 */
export function nodesOfGroup(
  { name, registered }: Pick<NodeGroup, 'name' | 'registered'>,
  all: readonly NodeFacts[],
): { label?: Label; nodes: readonly NodeFacts[] } {
  const id = name.split('/').at(-1) ?? name;
  const sure = byId(name, id, all) ?? byNodeNames(id, all);
  if (sure !== undefined) return sure;
  const likely = registered === 0 ? undefined : (byPoolName(id, all) ?? byPart(id, all, registered));
  return likely ?? { nodes: [] };
}

function labelled(
  key: string,
  value: string,
  all: readonly NodeFacts[],
): { label: Label; nodes: readonly NodeFacts[] } {
  return { label: { key, value }, nodes: all.filter(({ labels }) => labels[key] === value) };
}

function byId(
  name: string,
  id: string,
  all: readonly NodeFacts[],
): { label?: Label; nodes: readonly NodeFacts[] } | undefined {
  const isOwn = (key: string, value: string): boolean =>
    value.length > 1 &&
    (value === name || value === id) &&
    (ID_KEYS.includes(key) || ID_LIKE.test(key)) &&
    !NO_ID.test(key);
  for (const { labels } of all) {
    const found = Object.entries(labels).find(([key, value]) => isOwn(key, value));
    if (found !== undefined) return labelled(...found, all);
  }
  const annotated = all.filter(({ annotations }) =>
    Object.entries(annotations).some(([key, value]) => isOwn(key, value)),
  );
  if (annotated.length > 0) return { nodes: annotated };
  // Linode names its groups by the type of their machines.
  const typed = all.filter(
    ({ labels }) => labels['lke.linode.com/pool-id'] !== undefined && labels['node.kubernetes.io/instance-type'] === id,
  );
  if (typed.length === 0) return undefined;
  return labelled('node.kubernetes.io/instance-type', id, all);
}

/** `gke-c-pool-40ce0341-grp` has `gke-c-pool-40ce0341-x1y2`, `aks-gpu-12345678-vmss` has `aks-gpu-12345678-vmss000000`. */
function byNodeNames(
  id: string,
  all: readonly NodeFacts[],
): { label?: Label; nodes: readonly NodeFacts[] } | undefined {
  const gke = /^(gke-.+-[0-9a-f]{8})-grp$/.exec(id)?.[1];
  const prefix = gke === undefined ? (/^aks-.+-vmss$/.test(id) ? id : undefined) : `${gke}-`;
  if (prefix === undefined) return undefined;
  const nodes = all.filter((node) => node.name.startsWith(prefix));
  const key = gke === undefined ? 'kubernetes.azure.com/agentpool' : 'cloud.google.com/gke-nodepool';
  // Of a pool in several zones each is a group: the label is then not the group's alone, and still the pool's.
  const [value] = nodes.flatMap(({ labels }) => labels[key] ?? []);
  // Nodes that are not called so at all tell nothing.
  const isRule = all.some((node) =>
    (gke === undefined ? /^aks-.+-vmss\w+$/ : /^gke-.+-[0-9a-f]{8}-\w+$/).test(node.name),
  );
  if (nodes.length === 0) return isRule ? { nodes: [] } : undefined;
  return { nodes, ...(value === undefined ? {} : { label: { key, value } }) };
}

function byPoolName(id: string, all: readonly NodeFacts[]): { label?: Label; nodes: readonly NodeFacts[] } | undefined {
  const made = NAME_KEYS.flatMap(({ key, made: pattern }) => {
    const pool = pattern.exec(id)?.groups?.['pool'];
    return pool === undefined ? [] : [{ key, pool }];
  });
  if (made.length === 0) return undefined;
  const found = made.find(({ key, pool }) => all.some(({ labels }) => labels[key] === pool));
  if (found !== undefined) return labelled(found.key, found.pool, all);
  // Where the name before the pool's may have dashes too, the pool's is the longest that ends so.
  const ending = made.find(({ key }) => key.startsWith('worker.') || key.includes('gke-nodepool'));
  return ending === undefined ? { nodes: [] } : endingSo(ending, all);
}

function endingSo(
  { key, pool }: { key: string; pool: string },
  all: readonly NodeFacts[],
): { label?: Label; nodes: readonly NodeFacts[] } {
  const values = [...new Set(all.flatMap(({ labels }) => labels[key] ?? []))];
  const [value] = values.filter((one) => pool.endsWith(`-${one}`)).toSorted((a, b) => b.length - a.length);
  return value === undefined ? { nodes: [] } : labelled(key, value, all);
}

function byPart(
  id: string,
  all: readonly NodeFacts[],
  registered: number | undefined,
): { label: Label; nodes: readonly NodeFacts[] } | undefined {
  const separated = `-${id.replaceAll(/[_.:]/g, '-')}-`;
  const [found] = PART_KEYS.flatMap((key) =>
    [...new Set(all.flatMap(({ labels }) => labels[key] ?? []))].map((value) => labelled(key, value, all)),
  )
    .filter(({ label: { value } }) => value !== '' && separated.includes(`-${value.replaceAll(/[/_.:]/g, '-')}-`))
    .toSorted((a, b) => b.label.value.length - a.label.value.length);
  if (found === undefined) return undefined;
  const isWholeName = found.label.value === id;
  return isWholeName || registered === undefined || registered === found.nodes.length ? found : undefined;
}
