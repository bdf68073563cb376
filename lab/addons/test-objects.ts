import type { KubeObject } from '../../src/kube/object.ts';
import { webDeployment } from '../testing/web-deployment.ts';

/** Where the add-ons' tests put what they try them with. */
export const NAMESPACE = 'default';

/** A pod that serves a metric in the text format, and answers with its name. */
export function meteredPod(name: string, value: number): KubeObject {
  const cgi = `#!/bin/sh\necho 'Content-Type: text/plain; version=0.0.4'\necho\necho demo_load ${value}\n`;
  const serve = `mkdir -p /tmp/w/cgi-bin && printf '%s' "$CGI" >/tmp/w/cgi-bin/metrics && chmod +x /tmp/w/cgi-bin/metrics && exec httpd -f -p 8080 -h /tmp/w`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'web',
          image: 'busybox:1.37',
          command: ['sh', '-c', serve],
          env: [{ name: 'CGI', value: cgi }],
          ports: [{ name: 'http', containerPort: 8080 }],
        },
      ],
    },
  };
}

/** A Deployment that answers with its own name, and a Service in front. */
export function colour(name: string): KubeObject[] {
  const [deployment, service] = webDeployment(name, 1) as [KubeObject, KubeObject];
  const { template } = deployment['spec'] as { template: { spec: { containers: { env: object[] }[] } } };
  for (const container of template.spec.containers) container.env = [{ name: 'NODE', value: name }];
  return [deployment, service];
}

/** A Job of `parallelism` pods that waits in Kueue's queue `queue`. */
export function job(name: string, parallelism: number): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: NAMESPACE, labels: { 'kueue.x-k8s.io/queue-name': 'queue' } },
    spec: {
      parallelism,
      completions: parallelism,
      suspend: true,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 1,
          containers: [
            { name: 'sleep', image: 'busybox', command: ['sleep', '600'], resources: { requests: { cpu: '100m' } } },
          ],
        },
      },
    },
  };
}

/** Asks until the answer is right; answers of programs have no events to wait for. */
export async function answered<T>(ask: () => Promise<T>, right: (answer: T) => boolean, withinMs: number): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (right(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`not answered within ${withinMs / 1000} s; last: ${JSON.stringify(last)} ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A TrainJob of two nodes on the runtime that the add-on trainer brings. */
export function trainJob(name: string, env: readonly object[]): KubeObject {
  return {
    apiVersion: 'trainer.kubeflow.org/v1alpha1',
    kind: 'TrainJob',
    metadata: { name, namespace: NAMESPACE },
    spec: { runtimeRef: { name: 'torch-distributed' }, trainer: { numNodes: 2, env } },
  };
}
