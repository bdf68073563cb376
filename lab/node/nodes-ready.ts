import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import type { LabApi } from '../api/lab-api.ts';

interface NodeObject {
  metadata?: { name?: string };
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

/**
 * Waits until all named nodes are Ready.
 * @throws PlimsollError `node-not-ready` with what each missing one last said.
 */
export async function nodesReady(
  api: LabApi,
  names: readonly string[],
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Map(names.map((name) => [name, 'its kubelet has not registered']));
  if (waiting.size === 0) return;
  const deadline = AbortSignal.any([AbortSignal.timeout(withinMs), signal]);
  while (!deadline.aborted) {
    try {
      for await (const { object } of api.watch('/api/v1/nodes', deadline)) {
        const { metadata, status } = object as NodeObject;
        const name = metadata?.name ?? '';
        if (!waiting.has(name)) continue;
        const ready = status?.conditions?.find((condition) => condition.type === 'Ready');
        if (ready?.status === 'True') waiting.delete(name);
        else waiting.set(name, ready?.message ?? 'registered, but says nothing of Ready');
        if (waiting.size === 0) return;
      }
    } catch (error) {
      if (deadline.aborted) break;
      // A watch that breaks off is begun anew, until the deadline.
      for (const name of waiting.keys()) waiting.set(name, `the watch of nodes broke off: ${String(error)}`);
      await delay(100);
    }
  }
  signal.throwIfAborted();
  const said = [...waiting].map(([name, message]) => `${name}: ${message}`).join('; ');
  throw new PlimsollError(
    'node-not-ready',
    `not Ready within ${withinMs / 1000} s: ${said}`,
    'The logs of its kubelet and containerd tell more.',
    { exitCode: EXIT.unreachable },
  );
}
