import { hostname, userInfo } from 'node:os';
import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { NotFoundError } from '../../kube/error/api-error.ts';
import { type KubeObject, type ObjectRef, refOf } from '../../kube/object.ts';
import { BY_ANNOTATION, RUN_LABEL, SEEN_ANNOTATION } from '../labels.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** In the ledger, in place of a case: it belongs to the run as a whole. */
const WHOLE_RUN = 'run';
/** A run says so often that it is still at work. */
const ALIVE_EVERY_MS = 30_000;

/** What a run has in the cluster from its beginning to its end. */
export interface Presence {
  /** Name of the run's own PriorityClass, for its pods; undefined where it could not be made. */
  readonly priorityClass: string | undefined;
  /** When it was made, by the API server's clock. */
  readonly since: Date;
  /** Why it could not be made. */
  readonly trouble?: string;
  /** However often it is called: once. */
  end(): Promise<readonly Leftover[]>;
}

/**
 * Makes the PriorityClass of a run: its pods never preempt anybody (`preemptionPolicy: Never`, value 0 like a pod without any class), and
 * other runs see by it who is at work here, since when, and whether it still is.
 */
export async function bePresent(cluster: Cluster, run: string, ledger: Ledger): Promise<Presence> {
  const object: KubeObject = {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: {
      name: `plimsoll-${run}`,
      labels: { [RUN_LABEL]: run },
      annotations: { [BY_ANNOTATION]: whoAmI(), [SEEN_ANNOTATION]: new Date().toISOString() },
    },
    value: 0,
    preemptionPolicy: 'Never',
    description: 'Pods of a run of plimsoll: they preempt nobody. It goes when the run ends.',
  };
  const ref = refOf(object);
  ledger.write({ op: 'create', case: WHOLE_RUN, ref });
  try {
    const made = await cluster.create(object);
    ledger.write({ op: 'created', case: WHOLE_RUN, ref: refOf(made) });
    const timer = setInterval(() => void sayAlive(cluster, ref), ALIVE_EVERY_MS);
    timer.unref();
    let ended: Promise<readonly Leftover[]> | undefined;
    const end = (): Promise<readonly Leftover[]> => {
      ended ??= endPresence(cluster, refOf(made), ledger, timer);
      return ended;
    };
    const since = new Date(made.metadata.creationTimestamp ?? Date.now());
    return { priorityClass: object.metadata.name, since, end };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    ledger.write({ op: 'gone', ref });
    return { priorityClass: undefined, since: new Date(), trouble: error.message, end: () => Promise.resolve([]) };
  }
}

/** `user@machine`: for whoever finds the run in the cluster and wants to ask. */
function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container whose user has no name (OpenShift).
    return hostname();
  }
}

/** One that does not arrive is made up for by the next; three that do not make the run look dead, which is what it then is from there. */
async function sayAlive(cluster: Cluster, ref: ObjectRef): Promise<void> {
  const seen = { metadata: { annotations: { [SEEN_ANNOTATION]: new Date().toISOString() } } };
  await cluster.patch(ref, seen).catch((error: unknown) => {
    if (!(error instanceof PlimsollError)) throw error;
  });
}

async function endPresence(
  cluster: Cluster,
  ref: ObjectRef,
  ledger: Ledger,
  timer: NodeJS.Timeout,
): Promise<readonly Leftover[]> {
  clearInterval(timer);
  try {
    await cluster.remove(ref, ref.uid === undefined ? {} : { uid: ref.uid });
    ledger.write({ op: 'gone', ref });
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    if (error instanceof NotFoundError) {
      ledger.write({ op: 'gone', ref });
      return [];
    }
    const remedy = `kubectl delete priorityclass ${ref.name}`;
    return [{ ref, case: WHOLE_RUN, finalizers: [], why: error.message, remedy }];
  }
}
