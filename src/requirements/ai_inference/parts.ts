import { type Bench, ended, type Handle, pinnedPod, type SharedAct } from '../../case-kit/index.ts';
import { CHAT, hostOf, MODELS, type Rule, routeObject, ruleOf, startBackends } from './backends.ts';
import { type Ask, type ClientReport, ClientScript, readClient, TIMES, type Wanted } from './client.ts';
import { attached, P, ROUTES, standGateway } from './gateway.ts';
import type { GatewayParams } from './instances.ts';
import { binomialLimits, sharesOf } from './judging.ts';
import { refusalPart } from './refusals.ts';

/** What the parts of one act have in common: one Gateway and its backends. */
interface Ground {
  /** Where the Gateway may answer; never empty. */
  readonly urls: readonly string[];
  /** Backend -> URL of its Service, past the Gateway. */
  readonly direct: Readonly<Record<string, string>>;
  /** The namespace of the backends in `elsewhere`. */
  readonly other: string;
}

/**
 * What one case does with the Gateway: its routes, then its requests. The cases with traffic share one act (traffic.ts), so that
 * a cluster has to make one Gateway, on a cloud one load balancer, for each class.
 */
export interface Part {
  /** Id of the case. */
  readonly id: `ai_inference/${string}`;
  /** Backends that it needs in the case's namespace, and in another one. */
  readonly models: readonly string[];
  readonly elsewhere?: readonly string[];
  /** Creates its routes, each in a group of its own name. */
  route(bench: Bench, params: GatewayParams, ground: Ground): Promise<readonly Handle[]>;
  /** Waits for what is said of them, and asks. */
  ask(bench: Bench, params: GatewayParams, ground: Ground, routes: readonly Handle[]): Promise<void>;
}

export const SPLIT_ROUTE = 'split';
/** Requests of one measurement, and of one window while waiting for the data plane. */
export const MEASURED = 500;
const WINDOW = 100;
/** Data-plane convergence, seconds. */
const CONVERGED_WITHIN = 120;
/** Weights in the order of the measurements: swapped, so that neither fixed shares nor ignored weights can fit both. */
export const PHASES = [
  { name: 'first', client: 'client-first', weights: { a: 80, b: 20, c: 0 } },
  { name: 'swapped', client: 'client-swapped', weights: { a: 20, b: 80, c: 0 } },
] as const;
export type Phase = (typeof PHASES)[number];

/** R2: measures the split, swaps the weights, measures again. Marks `weights swapped`. */
export const splitPart: Part = {
  id: 'ai_inference/weights-are-followed',
  models: ['a', 'b', 'c'],

  route: async (bench) => [
    await bench.create(routeObject(bench, SPLIT_ROUTE, [{ path: '/v1', to: PHASES[0].weights }]), {
      group: SPLIT_ROUTE,
    }),
  ],

  async ask(bench, params, { urls, direct }, [route]) {
    if (route === undefined) return;
    const [first, swapped] = PHASES;
    await bench.until(route, attached(params.controller), { within: '60s', otherwise: 'go-on' });
    const script = new ClientScript().control(direct).reach(urls);
    const report = await runClient(bench, params, first.client, measuring(script, first, bench));
    // What does not follow its first weights is not asked to follow others.
    if (report.reached === undefined || !report.settlings.every(({ settled }) => settled)) return;
    await bench.attempt('swap weights', (named) =>
      named.patch(route.ref, { spec: { rules: [ruleOf({ path: '/v1', to: swapped.weights })] } }),
    );
    bench.mark(P.swapped.from);
    const again = new ClientScript().reach([report.reached]);
    await runClient(bench, params, swapped.client, measuring(again, swapped, bench));
    bench.finish(P.swapped);
  },
};

function measuring(script: ClientScript, { name, weights }: Phase, bench: Pick<Bench, 'namespace'>): ClientScript {
  const ask: Omit<Ask, 'name'> = { host: hostOf(bench, SPLIT_ROUTE), path: MODELS };
  return script
    .settle({ ...ask, name: `to-${name}` }, WINDOW, wantedOf(weights, WINDOW), CONVERGED_WITHIN)
    .expected(name, weights, wantedOf(weights, MEASURED))
    .ask({ ...ask, name }, MEASURED);
}

function wantedOf(weights: Phase['weights'], requests: number): Wanted {
  const shares = Object.entries(sharesOf(weights));
  return Object.fromEntries(shares.map(([model, share]) => [model, binomialLimits(requests, share)]));
}

export const HEADER_ROUTE = 'headers';
/** Pod of the client. */
export const HEADER_CLIENT = 'client-headers';
const ORGANIZATION = 'OpenAI-Organization';
const MODEL = 'x-model-name';

/**
 * The default stands first and the single header before the pair: an implementation that takes the first rule that fits, instead
 * of the most specific one (Gateway API: longest path, then most headers), goes wrong.
 */
const RULES: readonly Rule[] = [
  { to: { c: null } },
  { headers: { [ORGANIZATION]: 'org-b' }, to: { a: null } },
  { headers: { [ORGANIZATION]: 'org-b', [MODEL]: 'large' }, to: { b: null } },
  { headers: { [ORGANIZATION]: 'org-a' }, to: { a: null } },
  { path: CHAT, headers: { [MODEL]: 'llama-3' }, to: { b: null } },
];

export interface Probe {
  readonly name: string;
  readonly claim: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly to: 'a' | 'b' | 'c';
}

/** Requests, and the backend that each is for. */
export const PROBES: readonly Probe[] = [
  { name: 'right-value', claim: 'a matching header decides', headers: { [ORGANIZATION]: 'org-a' }, to: 'a' },
  { name: 'wrong-value', claim: 'another value does not match', headers: { [ORGANIZATION]: 'org-x' }, to: 'c' },
  { name: 'no-header', claim: 'without the header the default rule answers', to: 'c' },
  {
    name: 'lower-name',
    claim: 'a header name in lower case matches',
    headers: { 'openai-organization': 'org-a' },
    to: 'a',
  },
  {
    name: 'upper-name',
    claim: 'a header name in upper case matches',
    headers: { 'OPENAI-ORGANIZATION': 'org-a' },
    to: 'a',
  },
  {
    name: 'other-case-value',
    claim: 'a value in another case does not match (Exact)',
    headers: { [ORGANIZATION]: 'ORG-A' },
    to: 'c',
  },
  {
    name: 'path-and-header',
    claim: 'a header and a path decide together',
    path: CHAT,
    headers: { [MODEL]: 'llama-3' },
    to: 'b',
  },
  { name: 'path-alone', claim: 'the path without its header does not match', path: CHAT, to: 'c' },
  {
    name: 'header-alone',
    claim: 'the header without its path does not match',
    headers: { [MODEL]: 'llama-3' },
    to: 'c',
  },
  {
    name: 'one-of-two',
    claim: 'one of two headers matches the rule that asks for one',
    headers: { [ORGANIZATION]: 'org-b' },
    to: 'a',
  },
  {
    name: 'both',
    claim: 'two headers match the rule that asks for both, before the one that asks for one',
    headers: { [ORGANIZATION]: 'org-b', [MODEL]: 'large' },
    to: 'b',
  },
  {
    name: 'second-of-two',
    claim: 'the second of two headers alone matches neither',
    headers: { [MODEL]: 'large' },
    to: 'c',
  },
];

/** R3: sends every probe. */
export const headerPart: Part = {
  id: 'ai_inference/headers-decide',
  models: ['a', 'b', 'c'],

  route: async (bench) => [await bench.create(routeObject(bench, HEADER_ROUTE, RULES), { group: HEADER_ROUTE })],

  async ask(bench, params, { urls, direct }, [route]) {
    if (route === undefined) return;
    await bench.until(route, attached(params.controller), { within: '60s', otherwise: 'go-on' });
    const host = hostOf(bench, HEADER_ROUTE);
    const script = new ClientScript().control(direct).reach(urls);
    // All rules are one object: once one of them answers rightly, all have arrived.
    const settled = { host, path: MODELS, headers: { [ORGANIZATION]: 'org-a' } };
    script.settle({ ...settled, name: 'to-rules' }, TIMES, { a: { least: TIMES, most: TIMES } }, CONVERGED_WITHIN);
    for (const { name, path = MODELS, headers = {} } of PROBES) script.ask({ name, host, path, headers }, TIMES);
    await runClient(bench, params, HEADER_CLIENT, script);
  },
};

const PARTS: readonly Part[] = [splitPart, headerPart, refusalPart];

/**
 * One Gateway with the backends and routes of the cases that were asked for, then their requests side by side. Without an address
 * to ask at it ends after the Gateway.
 */
export const TRAFFIC: SharedAct<GatewayParams> = { name: 'ai_inference/traffic', act: traffic };

async function traffic(bench: Bench, params: GatewayParams, asked: ReadonlySet<string>): Promise<void> {
  const parts = PARTS.filter(({ id }) => asked.has(id));
  const elsewhere = [...new Set(parts.flatMap((part) => part.elsewhere ?? []))];
  const other = elsewhere.length === 0 ? bench.namespace : await bench.createNamespace('other');
  const [{ urls }, here, there] = await Promise.all([
    standGateway(bench, params),
    startBackends(bench, params, [...new Set(parts.flatMap(({ models }) => models))]),
    elsewhere.length === 0 ? {} : startBackends(bench, params, elsewhere, other),
  ]);
  if (urls.length === 0) return;
  const ground = { urls, direct: { ...here, ...there }, other };
  const routed = await Promise.all(
    parts.map(async (part) => ({ part, routes: await part.route(bench, params, ground) })),
  );
  bench.learn(ROUTES, { routes: routed.reduce((sum, { routes }) => sum + routes.length, 0) });
  await Promise.all(routed.map(({ part, routes }) => part.ask(bench, params, ground, routes)));
}

/** Name of the client's container in its pod. */
export const CLIENT = 'client';

/** Runs a client in a pod of the cluster to its end and reads what it found. Its log is in the timeline under the pod's name. */
export async function runClient(
  bench: Bench,
  params: GatewayParams,
  name: string,
  script: ClientScript,
): Promise<ClientReport> {
  const pod = pinnedPod(bench, {
    name,
    spec: { tolerations: [...params.tolerations], terminationGracePeriodSeconds: 0 },
    containers: [{ name: CLIENT, script: script.toString(), env: { PLIMSOLL_RUN: bench.run } }],
  });
  const handle = await bench.create(pod, { group: name });
  // Time to pull the image and to be placed comes on top of what its own steps may take.
  await bench.until(handle, ended, { within: script.most + 180_000 });
  return readClient(await bench.logs(handle.ref, CLIENT));
}
