import {
  type Bench,
  type Facts,
  type KubeObject,
  offered,
  type Place,
  pinnedPod,
  podSpec,
} from '../../case-kit/index.ts';

/** Equal portions of one resource on one node, of which exactly `count` are free. Plain JSON: it travels in a case's params. */
export interface Slots {
  readonly place: Place;
  /** The node's `kubernetes.io/hostname`, by which queues select it. */
  readonly hostname: string;
  readonly kind: 'accelerators' | 'share';
  /** Resource name, and how much of it one slot is (a quantity). */
  readonly resource: string;
  readonly amount: string;
  readonly count: number;
}

/**
 * Resources of nodes that can be cut into slots, with how much of it has to be free (below it, pods of the system come and go within a
 * slot) and the unit of a slot. They are accounted for each by itself, so gangs on different ones are not in each other's way.
 */
const SHARES = [
  { resource: 'cpu', least: 0.3, unit: 'm', perUnit: 1 / 1000 },
  { resource: 'memory', least: 512 * 1024 ** 2, unit: 'Mi', perUnit: 1024 ** 2 },
  { resource: 'ephemeral-storage', least: 4 * 1024 ** 3, unit: 'Mi', perUnit: 1024 ** 2 },
] as const;
/** Into so many slots a share is cut, unless a case asks for another number. */
const SHARE_SLOTS = 3;

/**
 * Where gangs can be tried, the best first: nodes with at least two free accelerators of an extended resource, as far as cases about
 * accelerators do not hold them (they take one node of each kind); then what is free of a node's CPU, memory and storage; then the other
 * accelerators. A share is cut so that half a slot stays free: `count` slots fit although something small comes along meanwhile, and
 * one more never does.
 */
export function slotsOf({ inventory }: Pick<Facts, 'inventory'>, cut = SHARE_SLOTS): Slots[] {
  const nodes = inventory.nodes.filter((node) => node.candidate);
  const placeOf = (node: (typeof nodes)[number]): Pick<Slots, 'place' | 'hostname'> => ({
    place: { node: node.name, tolerations: node.tolerations },
    hostname: node.labels['kubernetes.io/hostname'] ?? node.name,
  });
  const wanted = new Set(offered.acceleratorKinds(inventory).map((kind) => kind.node.name));
  const accelerators = offered.usableSupplies(inventory).flatMap((supply): Slots[] => {
    const node = nodes.find((one) => one.name === supply.node);
    // Ordinary pods are to fill all of it: not where the user keeps some free.
    if (node === undefined || supply.mode === 'dra' || supply.free < 2 || supply.left !== undefined) return [];
    return [{ ...placeOf(node), kind: 'accelerators', resource: supply.name, amount: '1', count: supply.free }];
  });
  const shares = SHARES.flatMap(({ resource, least, unit, perUnit }) => {
    const freeOf = (node: (typeof nodes)[number]): number => node.free[resource] ?? 0;
    return nodes
      .filter((node) => freeOf(node) >= least && (node.free['pods'] ?? Infinity) > 8 * SHARE_SLOTS)
      .sort((a, b) => freeOf(b) - freeOf(a))
      .map((node): Slots => {
        const amount = `${Math.floor(freeOf(node) / perUnit / (cut + 0.5))}${unit}`;
        return { ...placeOf(node), kind: 'share', resource, amount, count: cut };
      });
  });
  const contended = (slots: Slots): boolean => wanted.has(slots.place.node);
  return [
    ...accelerators.filter((slots) => !contended(slots)),
    ...shares,
    ...accelerators.filter((slots) => contended(slots)),
  ];
}

/** The token that keeps others from the slots' node while they are counted on. */
export function tokenOf({ kind, place, resource }: Slots): `accelerators/${string}` | `slots/${string}` {
  return kind === 'accelerators' ? `accelerators/${place.node}` : `slots/${place.node}/${resource}`;
}

/** Resources of a container that takes one slot. */
export function oneSlot({ resource, amount, kind }: Slots): Record<string, unknown> {
  return kind === 'accelerators' ? { limits: { [resource]: amount } } : { requests: { [resource]: amount } };
}

/** So many slots as a quantity: quota for them. */
export function quotaFor(slots: Pick<Slots, 'amount'>, count: number): string {
  const [, number = '0', unit = ''] = /^(\d+)(m|Mi|)$/.exec(slots.amount) ?? [];
  return `${Number(number) * count}${unit}`;
}

/** The label by which a headless Service finds the members of a gang. */
const MEMBER_LABEL = 'plimsoll-gang';
const PORT = 7391;

/**
 * A member that ends well only if all `size` members were alive at once: each serves a file, looks its peers up by the gang's
 * headless Service and fetches the file from every one of them in one round. Then it stays until each of its peers has said the same,
 * or has left because everybody had. (`timeout` and not wget's own -T, which ends some static builds of busybox with a segmentation
 * fault. The pause before the first look-up: an answer without the peers that only just started is cached for seconds.) The domain
 * comes from resolv.conf (its first search entry is NAMESPACE.svc.DOMAIN), never from a guess.
 */
export function barrier(service: string, size: number): string {
  return `
echo here > /dev/shm/plimsoll-here
httpd -p ${PORT} -h /dev/shm
domain=$(awk '/^search/ {print $2; exit}' /etc/resolv.conf)
has() { at=$1; case $at in *:*) at="[$at]" ;; esac; timeout 3 wget -q -O /dev/null "http://$at:${PORT}/plimsoll-$2" 2>/dev/null; }
sleep 1
round=0
while [ $round -lt 150 ]; do
  round=$((round + 1)); met=0; seen=
  for peer in $(nslookup "${service}.$domain" 2>/dev/null | awk '/^Name:/ {n=1} n && /^Address/ {sub(/^Address[^:]*:[ \\t]*/, ""); print $1}' | sort -u); do
    if has "$peer" here; then met=$((met + 1)); seen="$seen $peer"; fi
  done
  if [ $met -ge ${size} ]; then
    echo "met ${size} members:$seen"
    echo met > /dev/shm/plimsoll-met
    stay=0
    while [ $stay -lt 20 ]; do
      stay=$((stay + 1)); open=
      for peer in $seen; do if ! has "$peer" met && has "$peer" here; then open=$peer; fi; done
      [ -z "$open" ] && exit 0
      sleep 1
    done
    exit 0
  fi
  sleep 1
done
echo "met $met of ${size} members:$seen"
exit 1
`;
}

/** Holds its slot until it is deleted. */
export const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';

/** Holds its slot for so many seconds. */
export function holdFor(seconds: number): string {
  return `trap "exit 1" TERM; sleep ${seconds} & wait $!`;
}

function member(
  name: string,
  slots: Slots,
  script: string,
  spec: Readonly<Record<string, unknown>> = {},
): Parameters<typeof pinnedPod>[1] {
  return { name, place: slots.place, spec, containers: [{ name: 'member', script, resources: oneSlot(slots) }] };
}

/** A pod that takes one slot and belongs to no gang. */
export function ordinaryPod(bench: Bench, name: string, slots: Slots): KubeObject {
  return pinnedPod(bench, member(name, slots, HOLD));
}

interface GangJob {
  readonly name: string;
  readonly size: number;
  readonly slots: Slots;
  readonly script: string;
  /** For the solution: labels of the Job, annotations and further fields of its pods. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly podSpec?: Readonly<Record<string, unknown>>;
}

/** A Job whose pods are the members of a gang, one slot each, all wanted at the same time. */
export function gangJob(bench: Bench, job: GangJob): KubeObject {
  const { name, size, slots, script, labels, podAnnotations } = job;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...(labels === undefined ? {} : { labels: { ...labels } }) },
    spec: {
      parallelism: size,
      completions: size,
      backoffLimit: 0,
      template: {
        metadata: {
          labels: { [MEMBER_LABEL]: name },
          ...(podAnnotations === undefined ? {} : { annotations: { ...podAnnotations } }),
        },
        spec: podSpec(bench, member(name, slots, script, job.podSpec)),
      },
    },
  };
}

/** The headless Service of a gang; members are listed before they are ready. */
export function gangService(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { [MEMBER_LABEL]: name },
      ports: [{ name: 'http', port: PORT }],
    },
  };
}
