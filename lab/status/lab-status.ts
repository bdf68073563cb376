import { openLabApi } from '../api/lab-api.ts';
import { cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { CONTROL_PLANE } from '../control-plane/start-control-plane.ts';
import type { AcceleratorMode } from '../node/node.ts';
import { type NodeRecord, nodeRecords, nodeRuns } from '../node/node-record.ts';
import { type LabDirectory, labDirectory } from '../state/lab-directory.ts';
import { labHolder } from '../state/lab-lock.ts';
import { readLabState } from '../state/lab-state.ts';
import { acceleratorSetup } from '../toolchain.ts';
import { requireRoot } from '../up/check-machine.ts';
import { existingLab } from '../up/existing-lab.ts';
import { type BoxStatus, boxStatus } from './processes.ts';

export interface NodeStatus extends BoxStatus {
  readonly name: string;
  readonly address: string;
  readonly mode: AcceleratorMode;
  /** Whose programs hand its accelerators out; undefined: the lab's own. */
  readonly setup?: string;
  /** What is not as the vendor publishes it (lab/accelerators/setups). */
  readonly relaxed?: string;
  readonly accelerators: number;
  readonly running: boolean;
  /** What the API says of it: `Ready`, `NotReady: why`, or `not registered`. */
  readonly condition: string;
}

export interface LabStatus {
  readonly name: string;
  /**
   * `busy`: somebody brings it up or takes it down at the moment; `broken`: something is left that cannot be used. `why`
   * tells in both cases.
   */
  readonly kind: 'none' | 'whole' | 'busy' | 'broken';
  readonly why?: string;
  readonly server?: string;
  readonly kubeconfig: string;
  readonly createdAt?: string;
  readonly addons: readonly string[];
  readonly controlPlane?: BoxStatus;
  readonly nodes: readonly NodeStatus[];
  /** Of everything together, pods included. */
  readonly memoryBytes: number;
}

/** How a lab is, without changing anything. */
export async function labStatus(name: string): Promise<LabStatus> {
  requireRoot();
  const lab = labDirectory(name);
  const cgroups = cgroupLayout();
  const existing = busyLab(lab) ?? (await existingLab(lab, cgroups));
  const base = { name, kubeconfig: lab.kubeconfig, nodes: [], addons: [], memoryBytes: 0 };
  if (existing.kind === 'none') return { ...base, kind: 'none' };
  const state = readLabState(lab);
  const conditions = existing.kind === 'whole' ? await nodeConditions(lab.kubeconfig) : new Map<string, string>();
  const box = (one: string, directory: string): BoxStatus => boxStatus(cgroups, name, one, directory);
  const controlPlane = box(CONTROL_PLANE, lab.controlPlane);
  const nodes = await Promise.all(
    nodeRecords(lab).map(async (record) => ({
      ...(await nodeFacts(record)),
      ...box(record.name, record.directory),
      condition: conditions.get(record.name) ?? 'not registered',
    })),
  );
  return {
    ...base,
    kind: existing.kind,
    ...('why' in existing ? { why: existing.why } : {}),
    ...(state ? { server: `https://127.0.0.1:${state.ports.api}`, createdAt: state.createdAt } : {}),
    addons: state?.addons ?? [],
    controlPlane,
    nodes,
    memoryBytes: [controlPlane, ...nodes].reduce((sum, one) => sum + one.memoryBytes, 0),
  };
}

function busyLab(lab: LabDirectory): { kind: 'busy'; why: string } | undefined {
  const holder = labHolder(lab);
  return holder && { kind: 'busy', why: `process ${holder.pid} is at it: \`${holder.doing}\`` };
}

async function nodeFacts(record: NodeRecord): Promise<Omit<NodeStatus, keyof BoxStatus | 'condition'>> {
  const { name, address, mode, setup, accelerators } = record;
  const relaxed = setup === undefined ? undefined : (await acceleratorSetup(setup)).relaxed;
  return {
    name,
    address,
    mode,
    ...(setup === undefined ? {} : { setup }),
    ...(relaxed === undefined ? {} : { relaxed }),
    accelerators: accelerators.length,
    running: nodeRuns(record),
  };
}

interface NodeList {
  items: {
    metadata: { name: string };
    status?: { conditions?: { type: string; status: string; message: string }[] };
  }[];
}

async function nodeConditions(kubeconfig: string): Promise<Map<string, string>> {
  const api = openLabApi(kubeconfig);
  try {
    const { body } = await api.request('GET', '/api/v1/nodes', undefined, { timeoutMs: 5_000 });
    return new Map(
      (body as NodeList).items.map(({ metadata, status }) => {
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        return [metadata.name, ready?.status === 'True' ? 'Ready' : `NotReady: ${ready?.message ?? 'says nothing'}`];
      }),
    );
  } finally {
    await api.close();
  }
}
