import {
  type accelerators,
  type Facts,
  type Finding,
  fails,
  type Instance,
  list,
  type Needs,
  type ObjectState,
  type Place,
  passes,
  type RecordedObject,
  read,
  ready,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';

/** Accelerators of one kind, two of which are free, as a case uses them. Plain JSON: it travels in a case's params. */
export interface AcceleratorTarget {
  /** One node with two of them free, or two with one each. */
  readonly nodes: readonly string[];
  readonly tolerations: Place['tolerations'];
  readonly ask: accelerators.Ask;
  /** Regular expressions of the device nodes of single devices; undefined when no table knows the vendor. */
  readonly perDevice?: readonly string[];
  /** A label of the node that says that its devices are shared: two pods may have the same one. */
  readonly shared?: string;
}

/** As many as an autoscaler of these cases ever runs pods with a device. */
const PODS = 2;
/** Labels by which sharing is advertised (NVIDIA GPU feature discovery: sharing-strategy, replicas, mps; others alike). */
const SHARING = /(sharing|mps\.capable|shared)/;

/**
 * What a case does with the accelerators of a cluster: an instance for each kind, on the node with the fewest free ones that suffice, or on
 * every other one that has enough; where none has, on several nodes.
 */
export function useOf<P>(
  inventory: Facts['inventory'],
  on: (target: AcceleratorTarget) => Pick<Instance<P>, 'params' | 'needs'>,
): accelerators.Use<P> {
  return { least: PODS, spread: true, on: (offer) => on(targetOn(offer, inventory)) };
}

function targetOn({ supply, ask, places }: accelerators.Offer, inventory: Facts['inventory']): AcceleratorTarget {
  const nodes = places.map(({ node }) => node);
  const row = inventory.vendors.find((candidate) => candidate.vendor === supply.vendor);
  const shared = nodes
    .flatMap((node) => Object.entries(node.labels))
    .find(([key, value]) => SHARING.test(key) && !['', 'none', 'false', '0', '1'].includes(value));
  return {
    nodes: nodes.map((node) => node.name),
    tolerations: nodes.flatMap((node) => node.tolerations),
    ask,
    ...(row === undefined ? {} : { perDevice: row.perDevice }),
    ...(shared === undefined ? {} : { shared: shared.join('=') }),
  };
}

/** The devices that the pods of a target hold together. */
export function acceleratorTokens({ nodes }: AcceleratorTarget): NonNullable<Needs['tokens']> {
  return Object.fromEntries(nodes.map((node) => [`accelerators/${node}`, PODS / nodes.length]));
}

/** For a pod's spec: only the target's nodes, by name (never past the scheduler). */
export function onNodesOf({ nodes, tolerations }: AcceleratorTarget): Record<string, unknown> {
  // A field selector takes a single value (core validation of nodeSelectorTerms): a term for each node.
  const nodeSelectorTerms = nodes.map((node) => ({
    matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }],
  }));
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
  };
}

/** The container that is given the accelerator. */
export const HOLDER = 'accelerator';

/** The file that tells that it has said which devices it has. */
export const TOLD = '/dev/shm/plimsoll-told';

/** Device nodes that every OCI runtime puts into every container (runtime-spec, config-linux, "Default Devices"). */
const DEFAULT_DEVICES =
  '/dev/null|/dev/zero|/dev/full|/dev/random|/dev/urandom|/dev/tty|/dev/console|/dev/ptmx|/dev/pts/*';

/**
 * Prints the device nodes of its container, `dev PATH b|c MAJOR:MINOR OPEN` a line and `end`, then holds what it was given. OPEN is
 * `ok` or the kernel's words for an attempt to open it for reading.
 */
export const HOLDER_SCRIPT = `
find /dev -type c -o -type b 2>/dev/null | while read -r d; do
  case $d in ${DEFAULT_DEVICES}) continue ;; esac
  kind=c; [ -b "$d" ] && kind=b
  number=$(stat -c '%t %T' "$d" | { read -r a b; echo "$((0x$a)):$((0x$b))"; })
  if said=$(timeout 3 sh -c ': < "$1"' sh "$d" 2>&1); then said=ok; else said=$(echo "\${said:-refused}" | sed 's/.*: //' | tail -n 1); fi
  echo "dev $d $kind $number $said"
done
echo end
: > ${TOLD}
trap 'exit 0' TERM
sleep 36000 & wait
`;

/** What one pod was given. */
interface Held {
  readonly pod: string;
  readonly node: string;
  /** The pod asks for what the Deployment's template asks for. */
  readonly asks: boolean;
  /** Devices of the claim's allocation, or numbers of device nodes. */
  readonly ids: readonly string[];
  readonly shown: readonly string[];
  readonly evidence: readonly number[];
}

/** Each of the pods that are ready at `mark` is on a node of the target and has a device, and no two have the same one. */
export function devicesOfTheirOwn(
  timeline: Timeline,
  target: AcceleratorTarget,
  { group, mark, count }: { group: string; mark: string; count: number },
): Finding {
  const claim = `each of ${count} replicas is on an accelerator node with an accelerator of its own`;
  const at = timeline.mark(mark);
  if (at === undefined) return undecided('environment', claim, `the act never came to "${mark}"`, []);
  const held = timeline
    .pods({ group })
    .at(at.seq)
    .filter(({ body }) => body.metadata.deletionTimestamp === undefined && ready(body) === true)
    .map((state) => heldBy(timeline, target, state, at.seq));
  const evidence = held.flatMap((one) => one.evidence);
  const seen = held.map((one) => `${one.pod} on ${one.node}: ${one.shown.join(', ') || 'none'}`).join('; ');

  const denied = held.find((one) => !one.asks);
  if (denied !== undefined)
    return fails(
      claim,
      `pod ${denied.pod} does not ask for ${target.ask.name}, though the Deployment's template does: the request was dropped when the pod was made`,
      evidence,
      'Look for an admission webhook or policy that changes the resources of pods.',
    );
  const elsewhere = held.find((one) => !target.nodes.includes(one.node));
  if (elsewhere !== undefined)
    return fails(
      claim,
      `pod ${elsewhere.pod} is on ${elsewhere.node || 'no node'}, outside the nodes with ${target.ask.name}`,
      evidence,
    );
  if (held.length < count)
    return undecided('environment', claim, `${held.length} pods stood there instead of ${count}`, evidence);
  if (held.every((one) => one.ids.length === 0))
    return undecided(
      'unknown-accelerator',
      claim,
      `no device can be told in any pod (${seen}): what a request for ${target.ask.name} gives is not known`,
      evidence,
      'Name the device nodes of this accelerator in a file for --tables (vendors: perDevice, control, majors).',
    );
  const empty = held.find((one) => one.ids.length === 0);
  if (empty !== undefined)
    return fails(
      claim,
      `pod ${empty.pod} was given none, the others were: ${seen}`,
      evidence,
      'See why the node hands out no device.',
    );
  const all = held.flatMap((one) => one.ids);
  const twice = all.find((id, index) => all.indexOf(id) !== index);
  if (twice === undefined) return passes(claim, seen, evidence);
  if (target.shared !== undefined) return passes(claim, `${seen}; shared, as ${target.shared} says`, evidence);
  return undecided(
    'environment',
    claim,
    `two replicas have the same device ${twice}, and nothing says that it is shared (${seen})`,
    evidence,
    'If it is shared on purpose, advertise it on the node (…sharing-strategy); if not, see secure_accelerator_access.',
  );
}

/** What was known of it when the entry `at` was written. */
function heldBy(timeline: Timeline, target: AcceleratorTarget, { body: pod, seq }: ObjectState, at: number): Held {
  const name = pod.metadata.name ?? '';
  const base = { pod: name, node: text(pod, 'spec.nodeName'), asks: asksFor(target, pod) };
  const found = target.ask.mode === 'dra' ? ofClaims(timeline, pod, at) : ofNodes(timeline, target, name, at);
  return { ...base, ...found, evidence: [seq, ...found.evidence] };
}

function asksFor({ ask }: AcceleratorTarget, pod: RecordedObject): boolean {
  if (ask.mode === 'dra') return list(pod, 'spec.resourceClaims').length > 0;
  return list(pod, 'spec.containers').some(
    (container) => read(container, ['resources', 'limits', ask.name]) !== undefined,
  );
}

type Found = Pick<Held, 'ids' | 'shown' | 'evidence'>;

/** What the allocation of the pod's claims says (resource.k8s.io, `status.allocation.devices.results`). */
function ofClaims(timeline: Timeline, pod: RecordedObject, at: number): Found {
  const names = list(pod, 'status.resourceClaimStatuses').map((status) => text(status, 'resourceClaimName'));
  const claims = timeline.entries.filter(
    (entry) =>
      entry.seq <= at &&
      entry.kind === 'object' &&
      entry.ref.kind === 'ResourceClaim' &&
      names.includes(entry.ref.name),
  );
  const results = claims.flatMap((entry) =>
    entry.kind !== 'object'
      ? []
      : list(entry.body, 'status.allocation.devices.results').map((result) => ({ seq: entry.seq, result })),
  );
  const ids = results.map(({ result }) =>
    ['driver', 'pool', 'device', 'shareID']
      .map((field) => text(result, field))
      .filter((part) => part !== '')
      .join('/'),
  );
  const unique = [...new Set(ids)];
  return { ids: unique, shown: unique, evidence: results.slice(0, 1).map(({ seq }) => seq) };
}

/** What the container that asked sees in /dev. */
function ofNodes(timeline: Timeline, { perDevice }: AcceleratorTarget, pod: string, at: number): Found {
  const log = timeline
    .logs({ pod, container: HOLDER })
    .findLast((entry) => entry.seq <= at && /^end$/m.test(entry.text));
  if (log === undefined) return { ids: [], shown: [], evidence: [] };
  const nodes = [...log.text.matchAll(/^dev (\S+) ([bc]) (\d+:\d+) /gm)].map(
    ([, path = '', kind = '', number = '']) => ({
      path,
      number: `${kind} ${number}`,
    }),
  );
  const devices = nodes.filter(
    ({ path }) => perDevice === undefined || perDevice.some((source) => new RegExp(`^(?:${source})$`).test(path)),
  );
  return {
    ids: [...new Set(devices.map(({ number }) => number))],
    shown: devices.map(({ path, number }) => `${path} (${number})`),
    evidence: [log.seq],
  };
}
