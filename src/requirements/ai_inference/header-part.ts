import { CHAT, MODELS } from './backends.ts';
import { ClientScript } from './client-script.ts';
import { attached } from './gateway-state.ts';
import type { Part } from './part.ts';
import { hostOf, type Rule, routeObject } from './route.ts';
import { runClient } from './run-client.ts';

export const HEADER_ROUTE = 'headers';
/** Pod of the client, and how often each probe is sent. */
export const HEADER_CLIENT = 'client-headers';
export const TIMES = 20;
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
