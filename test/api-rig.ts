import { expect } from 'vitest';
import type { Cluster } from '../src/kube/cluster.ts';
import { connect } from '../src/kube/connect.ts';
import type { RequestRecord } from '../src/kube/http/observer.ts';
import type { KubeObject } from '../src/kube/object.ts';
import { LoneApiServer } from './lone-api-server.ts';

/** A real API server without controllers, an administrator's connection to it, and a record of each request. */
export class ApiRig {
  readonly api: LoneApiServer;
  readonly cluster: Cluster;
  readonly records: RequestRecord[];

  private constructor(api: LoneApiServer, cluster: Cluster, records: RequestRecord[]) {
    this.api = api;
    this.cluster = cluster;
    this.records = records;
  }

  static async start(flags: readonly string[] = []): Promise<ApiRig> {
    const api = await LoneApiServer.start(flags);
    const records: RequestRecord[] = [];
    const kubeconfig = await api.kubeconfigFor('admin', ['system:masters']);
    const cluster = await connect({ kubeconfig, onRequest: (record) => records.push(record) });
    const rig = new ApiRig(api, cluster, records);
    await rig.account('default');
    return rig;
  }

  async namespace(name: string, labels: Record<string, string> = {}): Promise<string> {
    await this.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    await this.account(name);
    return name;
  }

  /** No controller manager runs here: pods want this account. */
  async account(namespace: string): Promise<void> {
    const metadata = { name: 'default', namespace };
    await this.cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.close();
    await this.api[Symbol.asyncDispose]();
  }
}

/** What a promise was rejected with, which must be of that class. */
export async function refusal<E extends Error>(
  work: Promise<unknown>,
  type: abstract new (...args: never[]) => E,
): Promise<E> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(type);
  return error as E;
}

export const configMap = (name: string, data: Record<string, string> = {}, namespace = 'default'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

export const pod = (name: string, namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { containers: [{ name: 'main', image: 'registry.example/none' }] },
});
