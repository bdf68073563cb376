import type { KubeObject } from '../../../src/kube/object.ts';
import type { Accelerator } from '../accelerator.ts';
import { DRIVER_NAME, RESOURCE_NAME } from '../accelerator.ts';
import type { TestLab } from './test-lab.ts';

/** What a container found out about accelerators; the errors are the kernel's words. */
export interface ProbeResult {
  /** Devices below /dev/plimsoll, as `path major:minor`. */
  readonly nodes: readonly string[];
  /** `major:minor` -> `open` or the error, for a node of that number made with mknod and opened for writing. */
  readonly made: Readonly<Record<string, string>>;
  /** `PLIMSOLL_ACCELERATOR_<index>` variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Looks at everything in /dev/plimsoll, then makes a node for each of the numbers and writes 512 bytes to it. Whether the
 * kernel lets it is the question, so the shell's redirection opens it: `exec 3<>` needs no other right than the open.
 */
function probeScript(numbers: readonly string[]): string {
  return `
for f in /dev/plimsoll/*; do [ -e "$f" ] && echo "node $f $(stat -c '%t %T' "$f")"; done
env | grep '^PLIMSOLL_ACCELERATOR_' | sed 's/^/env /'
for n in ${numbers.join(' ')}; do
  rm -f /tmp/made
  mknod /tmp/made b \${n%:*} \${n#*:} || { echo "made $n mknod failed"; continue; }
  if said=$( ( exec 3<>/tmp/made ) 2>&1 ); then echo "made $n open"; else echo "made $n \${said##*: }"; fi
done
echo end`;
}

export interface ProbeOptions {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  /** Numbers to try, whoever has them. */
  readonly try: readonly Accelerator[];
  /** Accelerators asked of the device plugin. */
  readonly devices?: number;
  /** Name of a ResourceClaimTemplate or ResourceClaim that the container names. */
  readonly claim?: { readonly template: string } | { readonly name: string };
  readonly environment?: Readonly<Record<string, string>>;
  /** Keeps running after the probe, so that it goes on holding its devices. */
  readonly stay?: boolean;
}

export function probePod(options: ProbeOptions): KubeObject {
  const numbers = options.try.map(({ major, minor }) => `${major}:${minor}`);
  const { claim, devices = 0, environment = {}, stay = false } = options;
  const limits = devices > 0 ? { [RESOURCE_NAME]: String(devices) } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: options.name, namespace: options.namespace },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      affinity: onNode(options.node),
      ...(claim === undefined ? {} : { resourceClaims: [{ name: 'accelerator', ...claimSource(claim) }] }),
      containers: [
        {
          name: 'probe',
          image: 'busybox',
          command: ['sh', '-c', probeScript(numbers) + (stay ? '\nexec sleep 3600' : '')],
          env: Object.entries(environment).map(([name, value]) => ({ name, value })),
          resources: { limits, ...(claim === undefined ? {} : { claims: [{ name: 'accelerator' }] }) },
        },
      ],
    },
  };
}

/** Pinned as a scheduler does it, so that devices are still counted. */
export function onNode(node: string): object {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

function claimSource(claim: NonNullable<ProbeOptions['claim']>): object {
  return 'template' in claim ? { resourceClaimTemplateName: claim.template } : { resourceClaimName: claim.name };
}

/** Creates the pod, waits for its verdict and reads it. A pod that stays goes on running. */
export async function probe(lab: TestLab, options: ProbeOptions): Promise<ProbeResult> {
  await lab.cluster.create(probePod(options));
  return probeResult(lab, options.namespace, options.name);
}

/** Reads the verdict of a probe's container (default `probe`). */
export async function probeResult(
  lab: TestLab,
  namespace: string,
  pod: string,
  container = 'probe',
): Promise<ProbeResult> {
  const started = (object: KubeObject): boolean => {
    const { phase } = object['status'] as { phase?: string };
    if (phase === 'Failed') throw new Error(`pod ${pod} failed: ${JSON.stringify(object['status'])}`);
    return phase === 'Running' || phase === 'Succeeded';
  };
  await lab.until({ kind: 'v1/Pod', namespace, name: pod }, started);
  const nodes: string[] = [];
  const made: Record<string, string> = {};
  const environment: Record<string, string> = {};
  const signal = AbortSignal.timeout(20_000);
  for await (const line of lab.cluster.followLogs({ namespace, name: pod }, { container, signal })) {
    const [kind, subject = '', ...rest] = line.split(' ');
    if (kind === 'end') return { nodes, made, environment };
    if (kind === 'node') nodes.push(`${subject} ${rest.map((hex) => Number.parseInt(hex, 16)).join(':')}`);
    else if (kind === 'made') made[subject] = rest.join(' ');
    else if (kind === 'env') environment[subject.split('=')[0] ?? ''] = subject.split('=')[1] ?? '';
    else throw new Error(`the probe in ${pod} said: ${line}`);
  }
  throw new Error(`the probe in ${pod} did not come to its end`);
}

/** A ResourceClaim's spec for `count` accelerators, or those that a CEL expression selects. */
export function claimSpec(count = 1, expression?: string): object {
  const selectors = expression === undefined ? [] : [{ cel: { expression } }];
  return { devices: { requests: [{ name: 'one', exactly: { deviceClassName: DRIVER_NAME, count, selectors } }] } };
}
