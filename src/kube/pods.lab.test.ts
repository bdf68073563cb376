import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labDown, labUp, silent } from '../../lab/lab.ts';
import type { Cluster } from './cluster.ts';
import { connect } from './connect.ts';
import { BadRequestError, ServerError, TimeoutError } from './error/api-error.ts';
import type { RequestRecord } from './http/observer.ts';
import type { KubeObject } from './object.ts';

/** What only pods on a real node can answer: their logs and their programs behind the proxy. */
const LAB = 'test-kube';
const records: RequestRecord[] = [];
let cluster: Cluster;

beforeAll(async () => {
  await labDown(LAB, silent);
  const lab = await labUp({ name: LAB, nodes: [{}] }, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig, onRequest: (record) => records.push(record) });
});

afterAll(async () => {
  await cluster?.close();
  await labDown(LAB, silent);
});

const at = (name: string): { namespace: string; name: string } => ({ namespace: 'default', name });

async function startPod(name: string, script: string, more: object = {}): Promise<void> {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...at(name), labels: { app: name } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'busybox', command: ['/bin/sh', '-c', script], ...more }],
    },
  };
  await cluster.create(pod);
  for await (const event of cluster.watch('v1/Pod', {
    namespace: 'default',
    fields: `metadata.name=${name}`,
    timeoutMs: 60_000,
  })) {
    if (!('object' in event)) continue;
    const { phase } = event.object['status'] as { phase?: string };
    if (phase !== undefined && phase !== 'Pending') return;
  }
}

describe('logs', () => {
  it('are read whole, in part and with times', async () => {
    await startPod('talker', 'for i in 1 2 3 4 5; do echo "line $i é"; done; sleep 3600');
    await expect
      .poll(() => cluster.logs(at('talker')), { timeout: 20_000 })
      .toBe('line 1 é\nline 2 é\nline 3 é\nline 4 é\nline 5 é\n');
    expect(await cluster.logs(at('talker'), { tailLines: 1, container: 'main' })).toBe('line 5 é\n');
    expect(await cluster.logs(at('talker'), { limitBytes: 6 })).toBe('line 1');
    expect(await cluster.logs(at('talker'), { timestamps: true, tailLines: 1 })).toMatch(
      /^20\d\d-\d\d-\d\dT\S+Z line 5/,
    );
    await expect(cluster.logs(at('talker'), { container: 'nobody' })).rejects.toBeInstanceOf(BadRequestError);
  });

  it('are followed line by line as they are written, until the container ends', async () => {
    await startPod('counter', 'for i in 1 2 3; do echo $i; sleep 1; done; echo -n end');
    const lines: { line: string; at: number }[] = [];
    for await (const line of cluster.followLogs(at('counter'))) lines.push({ line, at: performance.now() });
    expect(lines.map(({ line }) => line)).toEqual(['1', '2', '3', 'end']);
    // One after the other, not all at the end.
    expect((lines[3]?.at ?? 0) - (lines[2]?.at ?? 0)).toBeGreaterThan(500);
    expect(records.find((record) => record.path.includes('counter/log'))).toMatchObject({ stream: true, status: 200 });
  });

  it('stop being followed at the signal, and at the reader’s will', async () => {
    await startPod('endless', 'while true; do echo tick; sleep 0.1; done');
    const stop = new AbortController();
    const reason = new Error('seen enough');
    const following = (async () => {
      for await (const line of cluster.followLogs(at('endless'), { signal: stop.signal }))
        if (line === 'tick') stop.abort(reason);
    })();
    await expect(following).rejects.toBe(reason);
    let first: string | undefined;
    for await (const line of cluster.followLogs(at('endless'))) {
      first = line;
      break;
    }
    expect(first).toBe('tick');
  });
});

describe('proxy', () => {
  it('reaches a pod and a service, and hands out what the program says', async () => {
    const page = 'mkdir -p /tmp/w/cgi-bin; echo hello > /tmp/w/index.html';
    const cgi = `printf '#!/bin/sh\\necho "Status: 503 Not now"; echo "Content-Type: text/plain"; echo; echo "$REQUEST_METHOD $QUERY_STRING"; cat\\n' > /tmp/w/cgi-bin/say; chmod 755 /tmp/w/cgi-bin/say`;
    await startPod('web', `${page}; ${cgi}; exec httpd -f -p 8080 -h /tmp/w`);
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: at('web'),
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    const pod = { namespace: 'default', pod: 'web', port: 8080 };
    await expect
      .poll(
        () =>
          cluster.proxy(pod).then(
            (answer) => answer.text,
            (error: unknown) => (error as Error).message,
          ),
        { timeout: 20_000 },
      )
      .toBe('hello\n');
    const service = { namespace: 'default', service: 'web', port: 'http' };
    await expect
      .poll(
        () =>
          cluster.proxy(service).then(
            (answer) => answer.text,
            (error: unknown) => (error as Error).message,
          ),
        { timeout: 20_000 },
      )
      .toBe('hello\n');
    // The program's own 503 is an answer, asked for once; its 404 too.
    records.length = 0;
    const busy = await cluster.proxy({ ...pod, method: 'POST', path: '/cgi-bin/say?a=b', body: 'a body' });
    expect(busy).toMatchObject({ status: 503, text: 'POST a=b\na body' });
    expect(records).toHaveLength(1);
    expect((await cluster.proxy({ ...pod, path: '/nothing' })).status).toBe(404);
    // No program on that port: the API server's own words.
    const nobody = await cluster.proxy({ ...pod, port: 81 }).catch((error: unknown) => error);
    expect(nobody).toBeInstanceOf(ServerError);
    expect((nobody as ServerError).message).toContain('connection refused');
  });

  it('ends at the deadline when the program does not answer', async () => {
    await startPod('deaf', 'nc -l -p 9000 -e sleep 3600');
    const request = { namespace: 'default', pod: 'deaf', port: 9000, timeoutMs: 1_500 };
    await expect(cluster.proxy(request)).rejects.toBeInstanceOf(TimeoutError);
  });
});
