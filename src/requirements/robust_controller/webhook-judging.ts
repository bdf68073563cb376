import {
  type EntryOf,
  expectAnswer,
  type Finding,
  fact,
  fails,
  kube,
  type offered,
  passes,
  phases,
  read,
  remark,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { type OperatorParams, unknownFields } from './operator.ts';
import type { OwnWebhook } from './webhook-decides.ts';

/** Who answered a request to create or change an object, and how. A webhook's verdict is told apart from everything else. */
type Reply =
  | { readonly by: 'accepted' }
  /** An admission webhook looked at the object and refused it. */
  | { readonly by: 'webhook'; readonly name: string; readonly said: string }
  /** An admission webhook was to be asked, and could not be. */
  | { readonly by: 'no-webhook'; readonly name: string; readonly said: string }
  /** The API server itself, by the resource's schema. */
  | { readonly by: 'schema'; readonly said: string }
  /** Nobody said anything about the object: RBAC, throttling, a policy, a failing API server, no answer. */
  | {
      readonly by: 'environment';
      readonly class: NonNullable<ReturnType<typeof kube.refusalCause>>['class'];
      readonly said: string;
      readonly remedy: string;
    };

/** What an answer to a dry run means. */
function replyOf(answer: EntryOf<'answer'>): Reply {
  const { status } = answer;
  const said = text(answer.body, 'message') || answer.said || (typeof answer.body === 'string' ? answer.body : '');
  if (status !== undefined && status < 300) return { by: 'accepted' };
  const denied = /admission webhook "([^"]+)" denied the request/.exec(said)?.[1];
  if (denied !== undefined) return { by: 'webhook', name: denied, said };
  const called = /failed calling webhook "([^"]+)"/.exec(said)?.[1];
  if (called !== undefined) return { by: 'no-webhook', name: called, said };
  const cause = kube.refusalCause(said, 'the object');
  if (cause !== undefined) return { by: 'environment', class: cause.class, said, remedy: cause.remedy };
  if (status === 422 || status === 400) return { by: 'schema', said };
  return {
    by: 'environment',
    class: status === 401 || status === 403 ? 'permission' : 'environment',
    said: `${status ?? 'no answer'}${said === '' ? '' : `: ${said}`}`,
    remedy: 'See whether the API server is well and takes our requests, then run again.',
  };
}

type Violations = offered.OperatorProfile['webhook']['invalid'];
interface Seen {
  readonly own: readonly OwnWebhook[];
  readonly endpoints: Readonly<Record<string, number>>;
}

/** From when creating has been tried until updating and reading have. */
export const P = phases({ updates: ['creating tried', 'tried'] });
export const SEEN = fact<Seen>('webhooks');

const LOOK = "See the webhook's Service and its endpoints, its certificate (caBundle), and the controller's log.";

/** R3. The last answer to each dry run decides: earlier ones may have come before the API server knew the webhook. */
export function judgeWebhooks(timeline: Timeline, params: OperatorParams): readonly Finding[] {
  const found = timeline.learned(SEEN);
  if (found === undefined)
    return [undecided('interrupted', 'the webhooks of the operator are known', 'the act never came to them', [])];
  const seen = found.data;
  const { webhook } = params.profile;
  return [
    remark('webhooks of the operator', showWebhooks(seen), [found.seq]),
    valid(timeline, params, seen, 'valid', 'created'),
    ...defaulted(timeline, params, seen),
    refusal(timeline, params, seen, { name: 'invalid', what: 'created', violations: webhook.invalid }),
    ...(timeline.mark(P.updates.from) === undefined ? [] : updating(timeline, params, seen)),
  ];
}

function updating(timeline: Timeline, params: OperatorParams, seen: Seen): Finding[] {
  const { invalidUpdate } = params.profile.webhook;
  const asked = { name: 'invalid update', what: 'changed', violations: invalidUpdate };
  return [
    valid(timeline, params, seen, 'valid update', 'changed'),
    ...(invalidUpdate.length === 0 ? [] : [{ ...refusal(timeline, params, seen, asked), bar: 'behaviour' as const }]),
    ...params.versions.map((version) =>
      expectAnswer(
        timeline,
        { name: `read ${version}` },
        (answer) => answer.status === 200 || `${answer.status ?? 0}`,
        {
          claim: `the object can be read in ${version}`,
          otherwise: `the object cannot be read in ${version}, although that version is served`,
          remedy: "See the resource's conversion webhook.",
          bar: 'behaviour',
        },
      ),
    ),
  ];
}

function lastAnswer(timeline: Timeline, name: string): EntryOf<'answer'> | undefined {
  return timeline.answers({ name }).at(-1);
}

function isOwn({ own }: Seen, name: string): boolean {
  return own.some((webhook) => webhook.name === name);
}

/** What came of a dry run that says nothing about the operator; undefined when it does. */
function nothingSaid(reply: Reply, seen: Seen, claim: string, seq: number): Finding | undefined {
  if (reply.by === 'environment') return undecided(reply.class, claim, reply.said, [seq], reply.remedy);
  if ((reply.by === 'webhook' || reply.by === 'no-webhook') && !isOwn(seen, reply.name))
    return undecided(
      'environment',
      claim,
      `a webhook that is not the operator's stood in the way: ${reply.said}`,
      [seq],
      'Exempt namespaces that begin with plimsoll- from it, or mend it.',
    );
  return undefined;
}

function notAsked(timeline: Timeline, claim: string): Finding {
  const { end } = timeline;
  return undecided(end?.class ?? 'interrupted', claim, end?.message ?? 'it was never asked', [], end?.remedy);
}

function valid(timeline: Timeline, { profile }: OperatorParams, seen: Seen, name: string, done: string): Finding {
  const claim = `a valid ${kindOf(profile)} can be ${done}`;
  const answer = lastAnswer(timeline, name);
  if (answer === undefined) return notAsked(timeline, claim);
  const reply = replyOf(answer);
  const nothing = nothingSaid(reply, seen, claim, answer.seq);
  if (nothing !== undefined) return nothing;
  switch (reply.by) {
    case 'accepted':
      return passes(claim, `dry run answered ${answer.status ?? 0}`, [answer.seq]);
    case 'no-webhook':
      return fails(claim, `the operator's webhook ${reply.name} cannot be asked: ${reply.said}`, [answer.seq], LOOK);
    case 'webhook':
      return fails(claim, `a valid object is refused: ${reply.said}`, [answer.seq], "See the webhook's own log.");
    case 'schema':
    case 'environment':
      return undecided(
        'not-found',
        claim,
        `the schema of the version installed does not take the profile's object: ${said(reply)}`,
        [answer.seq],
        'Give a profile for this version with --tables FILE.',
      );
  }
}

/** Fields that the mutating webhook fills in, seen in the answer to the dry run. */
function defaulted(timeline: Timeline, { profile }: OperatorParams, seen: Seen): Finding[] {
  const answer = lastAnswer(timeline, 'valid');
  const mutates = seen.own.some((one) => one.type === 'mutating' && one.operations.includes('CREATE'));
  if (answer === undefined || replyOf(answer).by !== 'accepted' || !mutates) return [];
  return profile.webhook.defaulted.map(({ field, is }): Finding => {
    const claim = `the webhook fills in ${field}`;
    const found = read(answer.body, field.split('.'));
    return found === is
      ? passes(claim, `${field} is ${JSON.stringify(found)}`, [answer.seq])
      : fails(
          claim,
          `${field} is ${JSON.stringify(found) ?? 'missing'}, not ${JSON.stringify(is)}`,
          [answer.seq],
          LOOK,
        );
  });
}

interface Refusal {
  readonly name: string;
  readonly what: string;
  readonly violations: Violations;
}

/** An object that is wrong by the webhook's rules alone is refused by the webhook, in its name. */
function refusal(timeline: Timeline, params: OperatorParams, seen: Seen, { name, what, violations }: Refusal): Finding {
  const { profile } = params;
  const claim = `a ${kindOf(profile)} that breaks a rule of the webhook cannot be ${what}`;
  const tried = violations.flatMap((violation, index) => {
    const answer = lastAnswer(timeline, `${name} ${index}`);
    return answer === undefined ? [] : [{ ...violation, answer }];
  });
  const last = tried.at(-1);
  if (last === undefined) return notAsked(timeline, claim);
  const { why, set, answer } = last;
  const reply = replyOf(answer);
  const at = [answer.seq];
  const nothing = nothingSaid(reply, seen, claim, answer.seq);
  if (nothing !== undefined) return nothing;
  switch (reply.by) {
    case 'webhook':
      return passes(claim, `${reply.name} refused it (${why}): ${reply.said}`, at);
    case 'no-webhook':
      return fails(claim, `the webhook ${reply.name} cannot be asked: ${reply.said}`, at, LOOK);
    case 'schema':
      return undecided(
        'not-found',
        claim,
        `it was refused by the schema, so no webhook was asked: ${reply.said}`,
        at,
        'Give a profile for this version with --tables FILE.',
      );
    case 'accepted':
    case 'environment':
      break;
  }
  const strange = unknownFields(answer.body, set);
  if (strange.length > 0)
    return undecided(
      'not-found',
      claim,
      `the version installed does not know ${strange.join(', ')}, by which the rule is broken`,
      at,
      'Give a profile for this version with --tables FILE.',
    );
  return takenThough(profile, seen, { claim, why, name }, at);
}

/** The invalid object was taken: a webhook that does not do its work, or none at all. */
function takenThough(
  profile: offered.OperatorProfile,
  seen: Seen,
  { claim, why, name }: { claim: string; why: string; name: string },
  at: readonly number[],
): Finding {
  const validating = seen.own.filter((one) => one.type === 'validating');
  if (validating.length === 0 && !profile.webhook.expected)
    return undecided(
      'not-found',
      claim,
      `${profile.title} runs without webhooks, so that its webhooks are operational cannot be shown`,
      at,
      'Enable its webhooks, or show the requirement with an operator that has them, such as Kubeflow Trainer.',
    );
  if (validating.length === 0)
    return fails(claim, `it was taken (${why}): no validating webhook of ${profile.title} is registered`, at, INSTALL);
  const operation = name === 'invalid' ? 'CREATE' : 'UPDATE';
  const blind = validating.every((one) => !one.operations.includes(operation) && !one.operations.includes('*'));
  const ignored = validating.filter((one) => one.failurePolicy === 'Ignore');
  const because = blind
    ? `no webhook is asked on ${operation}`
    : ignored.length > 0
      ? `${showWebhooks({ ...seen, own: ignored })}: a webhook that is down is ignored`
      : 'the webhook lets it pass';
  return fails(claim, `it was taken (${why}); ${because}`, at, LOOK);
}

const INSTALL = "Install the operator's webhook configuration again.";

function said(reply: Reply): string {
  return 'said' in reply ? reply.said : '';
}

function kindOf(profile: offered.OperatorProfile): string {
  return text(profile.valid, 'kind');
}

function showWebhooks({ own, endpoints }: Seen): string {
  if (own.length === 0) return 'none that names its resource';
  return own
    .map(({ name, failurePolicy, operations, service }) => {
      const behind = service === '' ? '' : `, ${endpoints[service] ?? 0} ready endpoints`;
      return `${name} on ${operations.join('+')}, failurePolicy ${failurePolicy}${behind}`;
    })
    .join('; ');
}
