import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoneApiServer } from '../../../test/lone-api-server.ts';
import type { Case } from '../../case-kit/define-case.ts';
import type { Facts } from '../../case-kit/facts.ts';
import type { Leftover, RunEvent, RunReport } from '../../evidence/index.ts';
import { readTables } from '../../inventory/tables.ts';
import { takeInventory } from '../../inventory/take-inventory.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import type { RequirementId } from '../../program/requirement-facts.ts';
import { cleanUp } from '../cleanup/clean-up.ts';
import { findByLabel } from '../cleanup/find-by-label.ts';
import { newRunId } from '../run/open-folder.ts';
import { run } from '../run/run.ts';
import type { RunOptions } from '../run/run-options.ts';

/** A real API server with the controller manager, and runs over it. No nodes: pods stay pending. */
export class RunnerLab {
  readonly server: LoneApiServer;
  readonly cluster: Cluster;
  readonly kubeconfig: string;
  readonly folders = mkdtempSync(join(tmpdir(), 'runner-lab-'));

  private constructor(server: LoneApiServer, cluster: Cluster, kubeconfig: string) {
    this.server = server;
    this.cluster = cluster;
    this.kubeconfig = kubeconfig;
  }

  static async start(flags: readonly string[] = []): Promise<RunnerLab> {
    const server = await LoneApiServer.start(flags);
    await server.startControllers();
    const kubeconfig = await server.kubeconfigFor('admin', ['system:masters']);
    const cluster = await connect({ kubeconfig });
    await controllersAtWork(cluster);
    return new RunnerLab(server, cluster, kubeconfig);
  }

  async facts(cluster = this.cluster): Promise<Facts> {
    const inventory = await takeInventory(cluster, await readTables(undefined));
    const options = { allowScale: false, allowInstall: false, allowDisrupt: false };
    return {
      kubernetes: inventory.kubernetes,
      checklist: '1.37',
      resources: await cluster.resources(),
      inventory,
      options,
    };
  }

  /** Runs cases and returns the report, the events and where the folder is. */
  async run(
    cases: readonly Case[],
    more: Partial<RunOptions> = {},
  ): Promise<{ report: RunReport; events: RunEvent[]; folder: string; run: string }> {
    const events: RunEvent[] = [];
    const id = more.run ?? newRunId();
    const folder = more.folder ?? join(this.folders, id);
    const requirements = [...new Set(cases.map((one): RequirementId => one.requirement))];
    const report = await run({
      cluster: this.cluster,
      facts: await this.facts(more.cluster),
      cases,
      requirements,
      version: 'test',
      probe: { image: 'busybox' },
      ...more,
      observers: [(event) => void events.push(event), ...(more.observers ?? [])],
      run: id,
      folder,
    });
    return { report, events, folder, run: id };
  }

  /** Everything in the cluster but what changes by itself, as `kind namespace/name uid` lines. */
  async everything(): Promise<string[]> {
    const { all } = await this.cluster.resources({ refresh: true });
    const kinds = all.filter(
      (one) => one.verbs.includes('list') && one.preferred && !['events', 'leases'].includes(one.plural),
    );
    const lists = await Promise.all(
      kinds.map(async ({ apiVersion, kind }) => {
        const objects = await this.cluster.list({ apiVersion, kind }, { metadataOnly: true }).all();
        return objects.map(
          ({ metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name ?? ''} ${metadata.uid ?? ''}`,
        );
      }),
    );
    return lists.flat().sort();
  }

  /** Cleans up after a run from labels alone; what is left. */
  async cleanByLabel(run: string): Promise<readonly Leftover[]> {
    const pending = (await findByLabel(this.cluster, run)).runs.get(run);
    if (pending === undefined) return [];
    const signal = AbortSignal.timeout(60_000);
    return cleanUp({ cluster: this.cluster, run, pending, signal, done: () => {}, progress: () => {} });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.close();
    await this.server[Symbol.asyncDispose]();
    rmSync(this.folders, { recursive: true, force: true });
  }
}

/** The controllers have made what they make by themselves: only then two snapshots can be compared. */
async function controllersAtWork(cluster: Cluster): Promise<void> {
  const namespaces = (await cluster.list('v1/Namespace').all()).length;
  const wanted = [
    ['v1/ServiceAccount', 'metadata.name=default', namespaces],
    ['v1/ConfigMap', 'metadata.name=kube-root-ca.crt', namespaces],
    ['certificates.k8s.io/v1/ClusterTrustBundle', undefined, 1],
  ] as const;
  for (const [kind, fields, count] of wanted) {
    const watch = cluster.watch(kind, { timeoutMs: 60_000, ...(fields === undefined ? {} : { fields }) });
    for await (const _ of watch) if (watch.current().length >= count) break;
    watch.close();
  }
}
