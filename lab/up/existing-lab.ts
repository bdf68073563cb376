import { existsSync } from 'node:fs';
import { openLabApi } from '../api/lab-api.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { groupExists, groupPath } from '../cgroup/group.ts';
import { nodeRecords, nodeRuns } from '../node/node-record.ts';
import { providerEnded } from '../provider/start-provider.ts';
import type { LabDirectory } from '../state/lab-directory.ts';
import { type LabState, readLabState } from '../state/lab-state.ts';
import { bootId, isRunning } from '../state/process-identity.ts';

/** What there is of a lab before a new one is brought up. */
export type ExistingLab =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly state: LabState }
  /** Something is left, but not a lab that can be used. */
  | { readonly kind: 'broken'; readonly why: string };

/** Looks at what is there, without changing anything. The caller holds the lab's lock. */
export async function existingLab(lab: LabDirectory, cgroups: CgroupLayout): Promise<ExistingLab> {
  const state = readLabState(lab);
  if (!state) {
    const left = existsSync(lab.directory) || groupExists(cgroups, groupPath(lab.name));
    return left ? { kind: 'broken', why: 'it was cut off when it had hardly begun' } : { kind: 'none' };
  }
  const why = await whyBroken(lab, state);
  return why === undefined ? { kind: 'whole', state } : { kind: 'broken', why };
}

async function whyBroken(lab: LabDirectory, state: LabState): Promise<string | undefined> {
  if (state.boot !== bootId()) return 'the machine was restarted since';
  if (state.phase === 'starting') return 'bringing it up was cut off';
  if (!state.controlPlane || !isRunning(state.controlPlane)) return 'its control plane has ended';
  const dead = nodeRecords(lab).find((record) => !nodeRuns(record));
  if (dead) return `its node ${dead.name} has ended`;
  if (providerEnded(lab)) return 'its node provider has ended';
  return (await apiAnswers(lab)) ? undefined : 'its API server does not answer';
}

/** Whether the API server says within a few seconds that it is ready. */
export async function apiAnswers(lab: LabDirectory): Promise<boolean> {
  const api = openLabApi(lab.kubeconfig);
  try {
    const { status } = await api.request('GET', '/readyz', undefined, { timeoutMs: 5_000 });
    return status === 200;
  } catch {
    return false;
  } finally {
    await api.close();
  }
}
