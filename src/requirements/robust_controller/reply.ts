import { type EntryOf, type InconclusiveClass, text } from '../../case-kit/index.ts';
import { refusalCause } from '../../evidence/environment/refusal-cause.ts';

/** Who answered a request to create or change an object, and how. A webhook's verdict is told apart from everything else. */
export type Reply =
  | { readonly by: 'accepted' }
  /** An admission webhook looked at the object and refused it. */
  | { readonly by: 'webhook'; readonly name: string; readonly said: string }
  /** An admission webhook was to be asked, and could not be. */
  | { readonly by: 'no-webhook'; readonly name: string; readonly said: string }
  /** The API server itself, by the resource's schema. */
  | { readonly by: 'schema'; readonly said: string }
  /** Nobody said anything about the object: RBAC, throttling, a policy, a failing API server, no answer. */
  | { readonly by: 'environment'; readonly class: InconclusiveClass; readonly said: string; readonly remedy: string };

/** What an answer to a dry run means. */
export function replyOf(answer: EntryOf<'answer'>): Reply {
  const { status } = answer;
  const said = text(answer.body, 'message') || answer.said || (typeof answer.body === 'string' ? answer.body : '');
  if (status !== undefined && status < 300) return { by: 'accepted' };
  const denied = /admission webhook "([^"]+)" denied the request/.exec(said)?.[1];
  if (denied !== undefined) return { by: 'webhook', name: denied, said };
  const called = /failed calling webhook "([^"]+)"/.exec(said)?.[1];
  if (called !== undefined) return { by: 'no-webhook', name: called, said };
  const cause = refusalCause(said, 'the object');
  if (cause !== undefined) return { by: 'environment', class: cause.class, said, remedy: cause.remedy };
  if (status === 422 || status === 400) return { by: 'schema', said };
  return {
    by: 'environment',
    class: status === 401 || status === 403 ? 'permission' : 'environment',
    said: `${status ?? 'no answer'}${said === '' ? '' : `: ${said}`}`,
    remedy: 'See whether the API server is well and takes our requests, then run again.',
  };
}
