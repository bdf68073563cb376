import type { KubeObject } from '../../../src/kube/object.ts';
import { EXPORTER_NAMESPACE, exporterObjects } from '../exporter-objects.ts';
import type { TestLab } from './test-lab.ts';

/** Port of the real exporter, and of the proxy in front of it, which has the port that scrapers are told. */
const REAL = 9465;
const FRONT = 9464;

/** What the proxy does to the real answer. The values are those of the kernel; only how they are told is wrong. */
const LIES = {
  honest: 'real',
  'no-memory': "real | grep -v '^hw_gpu_memory_usage'",
  frozen: '[ -e /tmp/frozen ] || real > /tmp/frozen; cat /tmp/frozen',
  'one-device': `real | grep -v 'hw_name="accelerator-0"'`,
  'only-declared': "real | grep '^#'",
  swapped: `real > /tmp/a
set -- $(sed -n 's/^hw_gpu_utilization_ratio{.*hw_id="\\([^"]*\\)".*/\\1/p' /tmp/a)
sed "s/$1/@1/g; s/$2/$1/g; s/@1/$2/g; s/accelerator-0/@2/g; s/accelerator-1/accelerator-0/g; s/@2/accelerator-1/g" /tmp/a`,
  /** Node-level: the busiest device's utilisation told of every device. */
  'all-alike': `real > /tmp/a
most=$(sed -n 's/^hw_gpu_utilization_ratio{.*} //p' /tmp/a | sort -g | tail -n 1)
sed "s/^\\(hw_gpu_utilization_ratio{.*}\\) .*/\\1 $most/" /tmp/a`,
  /** Only one device was ever looked at: the utilisation of the other stands at 0. */
  'second-is-zero': `real | awk '/^hw_gpu_utilization_ratio[{]/ && /hw_name="accelerator-1"/ { $NF = 0 } { print }'`,
  /** Utilisation is 100 % as soon as somebody holds the device, whatever is done with it. */
  'who-holds': `real | awk '/^hw_gpu_utilization_ratio[{]/ { $NF = ($0 ~ /pod="[^"]+"/) ? 1 : 0 } { print }'`,
  /** Node-level: one sum that names no device. */
  sum: `real | awk '/^hw_gpu_utilization_ratio[{]/ { u += $NF } /^hw_gpu_memory_usage_bytes[{]/ { m += $NF }
END { print "hw_gpu_utilization_ratio", u; print "hw_gpu_memory_usage_bytes", m }'`,
  /** Used memory in units of a millionth of what the name says. */
  'wrong-unit': "real | awk '/^hw_gpu_memory_usage_bytes[{]/ { $NF = $NF * 1000000 } { print }'",
  'only-copy-engine': 'real | sed s/hw_gpu_utilization_ratio/hw_gpu_memory_copy_utilization_ratio/',
  twice: "real; real | grep '^hw_gpu_utilization_ratio'",
  html: 'echo "<html><body>hw_gpu_utilization_ratio 1</body></html>"',
} as const;
export type Lie = keyof typeof LIES;

/** CGI (RFC 3875): the lie is the query, so that a scraper's path chooses it and nothing has to be started anew. */
const SCRIPT = `#!/bin/sh
real() { wget -q -O - http://127.0.0.1:${REAL}/metrics; }
type='text/plain; version=0.0.4; charset=utf-8'
[ "$QUERY_STRING" = html ] && type=text/html
printf 'Content-Type: %s\\r\\n\\r\\n' "$type"
case $QUERY_STRING in
${Object.entries(LIES)
  .map(([name, does]) => `${name}) ${does} ;;`)
  .join('\n')}
esac
`;
const PROXY = `mkdir -p /tmp/www/cgi-bin && printf '%s' "$SCRIPT" > /tmp/www/cgi-bin/metrics && chmod 755 /tmp/www/cgi-bin/metrics
exec httpd -f -p ${FRONT} -h /tmp/www`;

/** Puts a real HTTP proxy in front of every exporter of a lab and waits until all of them run. It is honest until told otherwise. */
export async function placeLyingProxies(lab: TestLab, nodes: number): Promise<void> {
  const { name, container } = exporter();
  const real = {
    ...container,
    args: [`--listen=:${REAL}`, '--folder=/accelerators'],
    ports: [{ name: 'real', containerPort: REAL }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'real' }, periodSeconds: 1 },
  };
  const proxy = {
    name: 'proxy',
    image: 'busybox:1.37',
    command: ['sh', '-c', PROXY],
    env: [{ name: 'SCRIPT', value: SCRIPT }],
    ports: [{ name: 'metrics', containerPort: FRONT }],
    readinessProbe: { tcpSocket: { port: FRONT }, periodSeconds: 1 },
  };
  const annotations = { 'prometheus.io/path': pathOf('honest') };
  const ref = { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: EXPORTER_NAMESPACE, name };
  const { metadata } = await lab.cluster.patch(ref, {
    spec: {
      updateStrategy: { rollingUpdate: { maxUnavailable: '100%' } },
      template: { metadata: { annotations }, spec: { containers: [real, proxy] } },
    },
  });
  await lab.until(
    { kind: 'apps/v1/DaemonSet', namespace: EXPORTER_NAMESPACE, name },
    ({ status }) => {
      const { observedGeneration, updatedNumberScheduled, numberReady } = status as Record<string, number>;
      return observedGeneration === metadata.generation && updatedNumberScheduled === nodes && numberReady === nodes;
    },
    120_000,
  );
}

/** Lets the exporter of a node lie from now on. */
export async function lie(lab: TestLab, node: string, how: Lie): Promise<void> {
  const pod = await exporterOn(lab, node);
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: EXPORTER_NAMESPACE, name: pod.metadata.name ?? '' };
  await lab.cluster.patch(ref, { metadata: { annotations: { 'prometheus.io/path': pathOf(how) } } });
}

async function exporterOn(lab: TestLab, node: string): Promise<KubeObject> {
  const pods = await lab.cluster
    .list('v1/Pod', { namespace: EXPORTER_NAMESPACE, fields: `spec.nodeName=${node}` })
    .all();
  const [pod] = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (pod === undefined) throw new Error(`no exporter on ${node}`);
  return pod;
}

function pathOf(how: Lie): string {
  return `/cgi-bin/metrics?${how}`;
}

function exporter(): { name: string; container: Record<string, unknown> } {
  const object = exporterObjects().find(({ kind }) => kind === 'DaemonSet') as unknown as {
    metadata: { name: string };
    spec: { template: { spec: { containers: Record<string, unknown>[] } } };
  };
  return { name: object.metadata.name, container: object.spec.template.spec.containers[0] ?? {} };
}
