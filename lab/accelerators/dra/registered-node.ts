import { setTimeout as delay } from 'node:timers/promises';
import type { LabApi } from '../../api/lab-api.ts';
import { log } from '../log.ts';
import type { NodeIdentity } from './resource-slice.ts';

/** The Node object of that name, as soon as its kubelet has registered it: waits for ever, and says what for. */
export async function registeredNode(api: LabApi, name: string): Promise<NodeIdentity> {
  const path = `/api/v1/nodes?fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
  for (;;) {
    const end = new AbortController();
    try {
      for await (const { object } of api.watch(path, end.signal)) {
        const { uid, name: found } = (object as { metadata?: { uid?: string; name?: string } }).metadata ?? {};
        if (found === name && uid) return { name, uid };
      }
    } catch (error) {
      log(`waiting for the Node ${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      end.abort();
    }
    await delay(500);
  }
}
