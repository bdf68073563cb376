import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { type KubeObject, kindName, type ObjectRef } from '../../kube/object.ts';
import type { PendingObject } from '../ledger/replay.ts';
import { whyNamespaceStays } from './why-namespace-stays.ts';

/** Asked after the time for waiting is over, and therefore briefly. */
const ASK_MS = 5_000;

/** Why an object is still there, in words and with what to do; undefined when it is gone after all. */
export async function leftoverOf(
  cluster: Cluster,
  { ref, case: caseId }: PendingObject,
): Promise<Leftover | undefined> {
  const about = { ref, case: caseId };
  try {
    const now = await cluster.find(ref, { timeoutMs: ASK_MS });
    if (now === undefined || (ref.uid !== undefined && now.metadata.uid !== ref.uid)) return undefined;
    return { ...about, ...explain(now, ref) };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return {
      ...about,
      finalizers: [],
      why: `whether it is gone could not be asked: ${error.message}`,
      remedy: CLEANUP,
    };
  }
}

const CLEANUP = 'Run `plimsoll cleanup` again later.';

/** What stays when nobody waits any longer. */
export function abandoned({ ref, case: caseId }: PendingObject): Leftover {
  return {
    ref,
    case: caseId,
    finalizers: [],
    why: 'the run was told to stop at once',
    remedy: 'Run `plimsoll cleanup`.',
  };
}

function explain(object: KubeObject, ref: ObjectRef): Pick<Leftover, 'why' | 'finalizers' | 'remedy'> {
  const finalizers = [...(object.metadata.finalizers ?? [])];
  if (kindName(ref) === 'v1/Namespace') {
    const hold = whyNamespaceStays(object);
    const why = hold?.why ?? 'it is terminating, nothing says what it is waiting for';
    const remedy = hold?.remedy ?? `See kubectl get namespace ${ref.name} -o yaml.`;
    return { why, finalizers, remedy: `${remedy} ${CLEANUP}` };
  }
  if (object.metadata.deletionTimestamp === undefined)
    return { why: 'it was not deleted', finalizers, remedy: CLEANUP };
  if (finalizers.length > 0)
    return {
      why: `its finalizers ${finalizers.join(', ')} hold it`,
      finalizers,
      remedy: `See to the controller behind the finalizer (is it running?). ${CLEANUP}`,
    };
  return {
    why: 'its deletion is under way',
    finalizers,
    remedy: `${CLEANUP} A pod that does not go: see to its node.`,
  };
}
