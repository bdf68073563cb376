import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { log } from '../log.ts';
import type { ClaimRef } from './claim.ts';
import type { ClaimPreparer } from './claim-preparer.ts';

interface ClaimsRequest {
  readonly claims: readonly ClaimRef[];
}

/**
 * The service v1.DRAPlugin. Every claim of a request is answered for itself: one that fails carries its error, and the
 * kubelet asks again for it. The kubelet may call several times at once; claims are worked on one after the other, because
 * whether a device is free is decided by what was prepared before.
 */
export function draService(preparer: Pick<ClaimPreparer, 'prepare' | 'unprepare'>): UntypedServiceImplementation {
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne = <Entry>(
    call: ServerUnaryCall<ClaimsRequest, object>,
    answer: sendUnaryData<object>,
    work: (claim: ClaimRef) => Promise<Entry>,
  ): void => {
    last = last.then(async () => {
      const claims: Record<string, Entry | { error: string }> = {};
      for (const claim of call.request.claims) {
        claims[claim.uid] = await work(claim).catch((error: unknown) => failure(claim, error));
      }
      answer(null, { claims });
    });
  };
  return {
    NodePrepareResources: (call: ServerUnaryCall<ClaimsRequest, object>, answer: sendUnaryData<object>) =>
      oneByOne(call, answer, async (claim) => ({ devices: await preparer.prepare(claim) })),
    NodeUnprepareResources: (call: ServerUnaryCall<ClaimsRequest, object>, answer: sendUnaryData<object>) =>
      oneByOne(call, answer, async (claim) => {
        await preparer.unprepare(claim);
        return {};
      }),
  };
}

function failure(claim: ClaimRef, error: unknown): { error: string } {
  const text = error instanceof Error ? error.message : String(error);
  log(`claim ${claim.namespace}/${claim.name} failed: ${text}`);
  return { error: text };
}
