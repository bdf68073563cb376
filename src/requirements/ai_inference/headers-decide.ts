import { defineCase, type Finding, fails, passes, type Timeline, undecided } from '../../runner/case-kit.ts';
import { CHAT, MODELS, startBackends } from './backends.ts';
import { showTally, tally } from './client-report.ts';
import { ClientScript } from './client-script.ts';
import { attached } from './gateway-state.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { listenerCounts, reportOf, standsFindings } from './judging.ts';
import { hostOf, type Rule, routeObject } from './route.ts';
import { runClient } from './run-client.ts';
import { standGateway } from './stand-gateway.ts';

const ROUTE_NAME = 'headers';
const CLIENT_NAME = 'client-headers';
const TIMES = 20;
const CONVERGED_WITHIN = 120;
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

interface Probe {
  readonly name: string;
  readonly claim: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly to: 'a' | 'b' | 'c';
}

/** Exported for tests. */
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

/** R3: headers decide where a request goes, names whatever their case, values exactly, more specific rules first. */
export const headersDecide = defineCase<GatewayParams>({
  id: 'ai_inference/headers-decide',
  requirement: 'ai_inference',
  title:
    'Requests are routed by headers of the OpenAI protocol: names in any case, values exactly, the most specific rule first',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '20m' },
  plan: (facts) => instancesOf(facts),

  async act(bench, params) {
    const [{ urls }, direct] = await Promise.all([
      standGateway(bench, params),
      startBackends(bench, params, ['a', 'b', 'c']),
    ]);
    if (urls.length === 0) return;
    const route = await bench.create(routeObject(bench, ROUTE_NAME, RULES), { group: ROUTE_NAME });
    bench.mark('routes created');
    await bench.until(route, attached(params.controller), { within: '60s', otherwise: 'go-on' });
    const host = hostOf(bench, ROUTE_NAME);
    const script = new ClientScript().control(direct).reach(urls, 180);
    // All rules are one object: once one of them answers rightly, all have arrived.
    const settled = { host, path: MODELS, headers: { [ORGANIZATION]: 'org-a' } };
    script.settle({ ...settled, name: 'to-rules' }, TIMES, { a: { least: TIMES, most: TIMES } }, CONVERGED_WITHIN);
    for (const { name, path = MODELS, headers = {} } of PROBES) script.ask({ name, host, path, headers }, TIMES);
    bench.mark('client asked');
    await runClient(bench, params, CLIENT_NAME, script);
  },

  judge(timeline, params) {
    const stands = standsFindings(timeline, params, CLIENT_NAME, [ROUTE_NAME]);
    if (timeline.mark('client asked') === undefined) return stands;
    return [
      ...stands,
      listenerCounts(timeline, params, 1),
      ...PROBES.flatMap((probe) => landed(timeline, params, probe)),
    ];
  },
});

/** All requests of a probe were answered by the backend that they are meant for. */
function landed(timeline: Timeline, { title }: GatewayParams, { name, claim, to }: Probe): Finding[] {
  const read = reportOf(timeline, CLIENT_NAME);
  if (read === undefined) return [undecided('environment', claim, 'the client did not report', [])];
  if (read.report.reached === undefined) return [];
  const counts = tally(read.report.answers, name);
  const right = counts[to] ?? 0;
  const wrong = ['a', 'b', 'c'].reduce((sum, model) => sum + (model === to ? 0 : (counts[model] ?? 0)), 0);
  const seen = `${showTally(counts)} of ${TIMES}`;
  if (wrong > 0 || (counts['404'] ?? 0) > 0)
    return [
      fails(
        claim,
        `${seen}; all were for ${to}`,
        [read.seq],
        `See whether ${title} implements header matches (Gateway API, HTTPHeaderMatch), and whether something rewrites HTTPRoutes.`,
      ),
    ];
  if (right < TIMES)
    return [undecided('environment', claim, seen, [read.seq], `See what ${title} logs, then run again.`)];
  return [passes(claim, seen, [read.seq])];
}
