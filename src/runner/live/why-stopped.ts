import { Stop } from '../../case-kit/stop.ts';
import { PlimsollError } from '../../errors.ts';
import { type EntryOf, type InconclusiveClass, refusalCause } from '../../evidence/index.ts';
import { AdmissionDeniedError, ApiError, ForbiddenError } from '../../kube/error/api-error.ts';

/** How an act ended that threw: the fields of its `end` entry. */
export type WhyStopped = Required<Pick<EntryOf<'end'>, 'code' | 'message' | 'remedy' | 'class'>>;

/**
 * What an error that ended an act means. Never a fail: what the platform refused in a way that matters is an answer in the timeline,
 * and the judge's business. An error that nobody planned for is ours.
 */
export function whyStopped(error: unknown): WhyStopped {
  if (error instanceof Stop)
    return { code: error.code, message: error.message, remedy: error.remedy, class: error.class };
  if (error instanceof ApiError) {
    const known = error.said === undefined ? undefined : refusalCause(error.said, 'what the case asked for');
    return {
      code: error.code,
      message: known?.message ?? error.message,
      // kube's remedy for a missing permission is the exact rule.
      remedy: error instanceof ForbiddenError ? error.remedy : (known?.remedy ?? error.remedy),
      class: known?.class ?? classOf(error),
    };
  }
  if (error instanceof PlimsollError)
    return { code: error.code, message: error.message, remedy: error.remedy, class: 'environment' };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'bug',
    message: `the case broke: ${message}`,
    remedy: "This is an error of plimsoll's own. Please report it with the run folder.",
    class: 'ours',
  };
}

function classOf(error: ApiError): InconclusiveClass {
  if (error instanceof ForbiddenError) return 'permission';
  return 'environment';
}

/**
 * Is it an answer to what was asked (`bench.attempt`), or does it say nothing about the platform? Not an answer: no answer at all,
 * throttling, our own missing permission or credential, a failing API server.
 */
export function isAnswer(error: unknown): error is ApiError & { status: number } {
  if (!(error instanceof ApiError) || error.status === undefined) return false;
  if (error.status === 401 || error.status === 429 || error.status >= 500) return false;
  return !(error instanceof ForbiddenError && refusalCause(error.said ?? '', '')?.code === 'forbidden');
}

/** Refused for good: the API server did not do it. False when it may have. */
export function certainlyNotDone(error: unknown): boolean {
  return (
    error instanceof AdmissionDeniedError ||
    (error instanceof ApiError && error.status !== undefined && error.status < 500)
  );
}
