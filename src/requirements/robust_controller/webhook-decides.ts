import {
  type Bench,
  type BenchAnswer,
  type Case,
  type Duration,
  defineCase,
  fact,
  inconclusive,
  type KubeObject,
  list,
  type offered,
  read,
  text,
} from '../../case-kit/index.ts';
import { instancesOf } from './instances.ts';
import {
  mergePatch,
  type OperatorParams,
  prepare,
  resourceKind,
  unknownFields,
  validObject,
  withFields,
} from './operator.ts';
import { judgeWebhooks, P, SEEN } from './webhook-judging.ts';

/** A webhook of the operator's own for its resource. Plain JSON: it is written into a mark. */
export interface OwnWebhook {
  readonly name: string;
  readonly configuration: string;
  readonly type: 'validating' | 'mutating';
  readonly failurePolicy: string;
  readonly operations: readonly string[];
  /** `namespace/name`; empty for a URL. */
  readonly service: string;
}

/**
 * The operator's own webhooks for its resource: those that name its group (not `*`, as policy engines do) and are served from a
 * namespace of its controllers (others, such as Kueue, name that group too and even use the same webhook names).
 */
export function ownWebhooks(
  configurations: readonly KubeObject[],
  params: Pick<OperatorParams, 'api' | 'plural' | 'controllers'>,
): OwnWebhook[] {
  const group = params.api.slice(0, params.api.indexOf('/'));
  const homes = new Set(params.controllers.map(({ namespace }) => namespace));
  return configurations.flatMap((configuration) =>
    list(configuration, 'webhooks')
      .filter((webhook) => {
        const home = text(webhook, 'clientConfig.service.namespace');
        return home === '' || homes.size === 0 || homes.has(home);
      })
      .flatMap((webhook): OwnWebhook[] => {
        const rules = list(webhook, 'rules').filter((rule) => covers(rule, group, params.plural));
        if (rules.length === 0) return [];
        const service = [text(webhook, 'clientConfig.service.namespace'), text(webhook, 'clientConfig.service.name')];
        return [
          {
            name: text(webhook, 'name'),
            configuration: configuration.metadata.name ?? '',
            type: configuration.kind === 'MutatingWebhookConfiguration' ? 'mutating' : 'validating',
            failurePolicy: text(webhook, 'failurePolicy') || 'Fail',
            operations: [...new Set(rules.flatMap((rule) => list(rule, 'operations').map(String)))],
            service: service[1] === '' ? '' : service.join('/'),
          },
        ];
      }),
  );
}

function covers(rule: unknown, group: string, plural: string): boolean {
  const resources = list(rule, 'resources');
  return list(rule, 'apiGroups').includes(group) && (resources.includes(plural) || resources.includes('*'));
}

/** Ready addresses behind a Service, from its EndpointSlices. */
export function readyEndpoints(slices: readonly KubeObject[], service: string): number {
  return slices
    .filter((slice) => {
      const name = slice.metadata.labels?.['kubernetes.io/service-name'] ?? '';
      return `${slice.metadata.namespace ?? ''}/${name}` === service;
    })
    .flatMap((slice) => list(slice, 'endpoints'))
    .filter((endpoint) => read(endpoint, 'conditions.ready') !== false)
    .reduce<number>((sum, endpoint) => sum + list(endpoint, 'addresses').length, 0);
}

const CONFIGURATIONS = [
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
] as const;
const SLICES = 'discovery.k8s.io/v1/EndpointSlice';

/** How long a webhook that was just installed may take to be asked; after that time on creating, updating needs no more of it. */
const PROPAGATION = '60s';
const PROPAGATED = '10s';

/**
 * R3. By dry runs, which store nothing: the valid object is taken, the same with one change that only the operator's webhook knows to be
 * wrong is refused by that webhook, on creating and on updating; and every served version of the resource can be read.
 */
function webhookCase(about: Pick<Case, 'id' | 'kind'>, role: offered.OperatorProfile['role']): Case {
  return defineCase<OperatorParams>({
    ...about,
    title: "The operator's webhook takes a valid object and refuses one that is wrong by its own rules alone",
    bar: 'official',
    plan: (facts) =>
      instancesOf(facts, role, (params) => ({ reads: [...CONFIGURATIONS, SLICES], changes: [resourceKind(params)] })),
    act: tryWebhooks,
    judge: judgeWebhooks,
  });
}

export const webhookDecides = webhookCase({ id: 'robust_controller/webhook-decides', kind: 'required' }, 'operator');
export const supportingWebhookDecides = webhookCase(
  { id: 'robust_controller/supporting-webhook-decides', kind: 'extended' },
  'support',
);

async function tryWebhooks(bench: Bench, params: OperatorParams): Promise<void> {
  const registered = await lookAtWebhooks(bench, params);
  await prepare(bench, params);
  const { webhook } = params.profile;
  const valid = validObject(bench, params);
  await dryRunUntil(bench, {
    name: 'valid',
    within: PROPAGATION,
    send: () => create(bench, params, valid),
    settled: accepted,
  });
  await refuseOne(bench, { name: 'invalid', within: PROPAGATION, registered, violations: webhook.invalid }, (set) =>
    create(bench, params, withFields(valid, set)),
  );
  bench.begin(P.updates);

  const made = await bench.attempt('create', (again) => again.create(valid));
  if (!made.accepted)
    throw inconclusive('environment', `the valid object was refused: ${made.said}`, 'See the findings about creating.');
  const { object } = made.value;
  await dryRunUntil(bench, {
    name: 'valid update',
    within: PROPAGATED,
    send: () => patch(bench, params, { metadata: { annotations: { 'plimsoll.dev/probe': 'update' } } }),
    settled: accepted,
  });
  await refuseOne(
    bench,
    { name: 'invalid update', within: PROPAGATED, registered, violations: webhook.invalidUpdate },
    (set) => patch(bench, params, mergePatch(object, set)),
  );
  for (const version of params.versions)
    await bench.attempt(`read ${version}`, (again) =>
      again.request({ path: pathOf(bench, params, version, nameOf(bench, params)), anyStatus: true }),
    );
  bench.finish(P.updates);
}

/** Writes down the operator's webhooks; true when one that validates is registered. */
async function lookAtWebhooks(bench: Bench, params: OperatorParams): Promise<boolean> {
  const configurations = (await Promise.all(CONFIGURATIONS.map((kind) => bench.list(kind)))).flat();
  const own = ownWebhooks(configurations, params);
  const services = [...new Set(own.map(({ service }) => service))].filter((service) => service !== '');
  const slices = await Promise.all(
    services.map((service) => {
      const [namespace = '', name = ''] = service.split('/');
      return bench.list(SLICES, { namespace, labels: `kubernetes.io/service-name=${name}` });
    }),
  );
  const endpoints = services.map((service) => [service, readyEndpoints(slices.flat(), service)] as const);
  bench.learn(SEEN, { own, endpoints: Object.fromEntries(endpoints) });
  return own.some((webhook) => webhook.type === 'validating');
}

interface DryRun {
  readonly name: string;
  readonly send: () => (named: Bench) => Promise<BenchAnswer>;
  readonly within: Duration;
  /** Is the answer one after which it need not be asked again? */
  readonly settled: (answer: BenchAnswer) => boolean;
}

/** Asks until the answer is what a good platform gives at once, for as long as webhooks may take to be asked everywhere. */
async function dryRunUntil(bench: Bench, { name, within, send, settled }: DryRun): Promise<BenchAnswer | undefined> {
  let last: BenchAnswer | undefined;
  const look = async (): Promise<true | string> => {
    const attempt = await bench.attempt(name, (named) => send()(named));
    if (!attempt.accepted) return attempt.said;
    last = attempt.value;
    return settled(last) || `answered ${last.status}`;
  };
  await bench.poll(`dry run of the ${name} object`, look, { every: '1s', within, otherwise: 'go-on' });
  return last;
}

function accepted({ status }: BenchAnswer): boolean {
  return status < 300;
}

function refused({ status }: BenchAnswer): boolean {
  return status >= 400 && status < 500;
}

interface Violating {
  readonly name: string;
  readonly within: Duration;
  /** Without a webhook there is none that the API server has yet to hear of: asking once is enough. */
  readonly registered: boolean;
  readonly violations: offered.OperatorProfile['webhook']['invalid'];
}

/** Tries violations until one is refused, or taken by a schema that knows its fields. */
async function refuseOne(
  bench: Bench,
  { name, within, registered, violations }: Violating,
  send: (set: Violating['violations'][number]['set']) => (named: Bench) => Promise<BenchAnswer>,
): Promise<void> {
  for (const [index, { why, set }] of violations.entries()) {
    bench.learn(fact<{ why: string }>(`${name} ${index}`), { why });
    const unknown = (answer: BenchAnswer): boolean => accepted(answer) && unknownFields(answer.body, set).length > 0;
    const settled = (answer: BenchAnswer): boolean => refused(answer) || unknown(answer) || !registered;
    const answer = await dryRunUntil(bench, { name: `${name} ${index}`, within, send: () => send(set), settled });
    if (answer === undefined || !unknown(answer)) return;
  }
}

function create(bench: Bench, params: OperatorParams, object: KubeObject): (named: Bench) => Promise<BenchAnswer> {
  const path = pathOf(bench, params, params.api.slice(params.api.indexOf('/') + 1));
  return (named) => named.request({ method: 'POST', path, query: { dryRun: 'All' }, body: object, anyStatus: true });
}

function patch(
  bench: Bench,
  params: OperatorParams,
  body: Record<string, unknown>,
): (named: Bench) => Promise<BenchAnswer> {
  const version = params.api.slice(params.api.indexOf('/') + 1);
  const request = {
    method: 'PATCH',
    path: pathOf(bench, params, version, nameOf(bench, params)),
    query: { dryRun: 'All' },
    contentType: 'application/merge-patch+json',
    body,
    anyStatus: true,
  } as const;
  return (named) => named.request(request);
}

function nameOf(bench: Bench, params: OperatorParams): string {
  return validObject(bench, params).metadata.name ?? '';
}

function pathOf(bench: Bench, params: OperatorParams, version: string, name?: string): string {
  const group = params.api.slice(0, params.api.indexOf('/'));
  const place = params.namespaced ? `/namespaces/${bench.namespace}` : '';
  return `/apis/${group}/${version}${place}/${params.plural}${name === undefined ? '' : `/${name}`}`;
}
