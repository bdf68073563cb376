import { createHash } from 'node:crypto';
import { caseError } from '../../case-kit/stop.ts';
import type { EntryOf } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { ApiError } from '../../kube/error/api-error.ts';
import type { RequestRecord } from '../../kube/http/observer.ts';
import { isObject, type ObjectRef } from '../../kube/object.ts';
import type { Session } from './session.ts';

/** Bodies up to this size are kept whole; of longer ones the digest. */
const WHOLE_BYTES = 256 * 1024;

export interface Call<T> {
  readonly name: string;
  readonly via?: 'api' | 'proxy';
  readonly ref?: ObjectRef;
  readonly sent?: unknown;
  /** Asks, through a cluster view that notes each attempt. */
  ask(cluster: Cluster): Promise<T>;
  /** What of the answer is written down; default the answer itself. */
  shown?(answer: T): { status?: number; body?: unknown; headers?: Readonly<Record<string, string>> };
}

/** Asks the API server something and writes the answer (or the refusal, or that none came) into the timeline. */
export async function recordedCall<T>(session: Session, call: Call<T>): Promise<T> {
  if (session.closed) throw caseError(`${session.caseId} goes on after its act has ended`);
  const attempts: RequestRecord[] = [];
  const cluster = session.cluster.with({ onRequest: (record) => attempts.push(record) });
  const work = call.ask(cluster);
  session.underway.add(work);
  try {
    const answer = await work;
    write(session, call, attempts, call.shown?.(answer) ?? { body: answer });
    return answer;
  } catch (error) {
    if (error instanceof ApiError) write(session, call, attempts, refused(error));
    throw error;
  } finally {
    session.underway.delete(work);
  }
}

type Shown = Partial<Pick<EntryOf<'answer'>, 'status' | 'error' | 'said' | 'body'>> & {
  headers?: Readonly<Record<string, string>>;
};

function refused(error: ApiError): Shown {
  return {
    error: error.code,
    said: error.said ?? error.message,
    ...(error.status === undefined ? {} : { status: error.status }),
  };
}

function write<T>(session: Session, call: Call<T>, attempts: readonly RequestRecord[], shown: Shown): void {
  const last = attempts.at(-1);
  const status = shown.status ?? last?.status;
  const { body, headers, ...rest } = shown;
  session.log.write({
    kind: 'answer',
    name: call.name,
    via: call.via ?? 'api',
    method: last?.method ?? '',
    path: last?.path ?? '',
    ms: Math.round((last?.ms ?? 0) * 10) / 10,
    ...(call.ref === undefined ? {} : { ref: call.ref }),
    ...(call.sent === undefined ? {} : { sent: call.sent }),
    ...rest,
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
    ...(attempts.length > 1 ? { attempts: attempts.length } : {}),
    ...bodyOf(body),
  });
}

function bodyOf(body: unknown): Pick<EntryOf<'answer'>, 'body' | 'digest'> {
  if (body === undefined) return {};
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const digest = digestOf(text);
  if (digest === undefined) return { body };
  return {
    body: isObject(body) ? { kind: body['kind'], metadata: body['metadata'] } : text.slice(0, WHOLE_BYTES),
    digest,
  };
}

/** Size and digest of a text that is too long to be kept whole. */
export function digestOf(text: string): { sha256: string; bytes: number } | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes <= WHOLE_BYTES ? undefined : { bytes, sha256: createHash('sha256').update(text).digest('hex') };
}

export const KEPT = WHOLE_BYTES;
