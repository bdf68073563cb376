import {
  all,
  expectEventually,
  expectSeen,
  type Finding,
  fails,
  passes,
  remark,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { type ClientReport, readClient } from './client.ts';
import {
  attached,
  counts,
  GATEWAY,
  lacksAddress,
  P,
  PROGRAMMED_WITHIN,
  portRefused,
  programmed,
  ROUTE,
  ROUTES,
} from './gateway.ts';
import type { GatewayParams } from './instances.ts';
import { CLIENT } from './parts.ts';

/** What a client reported, with the entry of its log. */
export interface Read {
  readonly report: ClientReport;
  readonly seq: number;
}

/** The whole report of a client's pod; undefined when it did not come to its end. */
export function reportOf(timeline: Timeline, pod: string): Read | undefined {
  return timeline
    .logs({ pod, container: CLIENT })
    .map((entry) => ({ report: readClient(entry.text), seq: entry.seq }))
    .findLast((read) => read.report.complete);
}

const ADDRESS =
  'See whether its proxies run (their image, their quota). If they do: give the cluster something that hands out load balancer addresses (a cloud controller, MetalLB, kube-vip, ...), or let the GatewayClass make Services of type ClusterIP.';

/** R1: the Gateway is programmed, something answers at its address, and its one route is attached. */
export function standsFindings(
  timeline: Timeline,
  params: GatewayParams,
  client: string,
  routes: readonly string[],
): Finding[] {
  const read = reportOf(timeline, client);
  return [
    gatewayProgrammed(timeline, params, read),
    ...controlled(timeline, read),
    ...answering(timeline, params, read),
    ...(timeline.mark(ROUTES) === undefined ? [] : attachedFindings(timeline, params, routes)),
  ];
}

function gatewayProgrammed(timeline: Timeline, { title, className }: GatewayParams, read: Read | undefined): Finding {
  const claim = `a new Gateway of class ${className} is accepted and programmed`;
  const gateways = timeline.objects({ of: GATEWAY });
  const window = timeline.after(P.stands.from);
  const last = window.missing === undefined ? gateways.at(window.toSeq)[0] : undefined;
  const ever = gateways.objects.flatMap((one) => one.states).find((state) => programmed(state.body) === true);
  if (ever === undefined && last !== undefined && lacksAddress(last.body)) {
    const words = programmed(last.body);
    if (read?.report.reached !== undefined)
      return remark(
        claim,
        `it has no address of its own (${String(words)}); it was asked through its Service at ${read.report.reached}`,
        [last.seq, read.seq],
      );
    return undecided('environment', claim, `${title} has no address for it: ${String(words)}`, [last.seq], ADDRESS);
  }
  const refused = ever === undefined && last !== undefined ? portRefused(last.body) : undefined;
  if (refused !== undefined && last !== undefined)
    return undecided(
      'environment',
      claim,
      `${title} takes listeners at none of the ports that were tried: ${refused}`,
      [last.seq],
      `Let ${title} listen for HTTP at port 80, 8000 or 8080, or make a Gateway of this class that works: its port is tried too.`,
    );
  return expectEventually(gateways, all(programmed, 1), window, {
    claim,
    otherwise: `${title} never programmed it`,
    // Only for a fail: a Gateway that was programmed in the end was given the time for it.
    ...(ever === undefined ? { within: PROGRAMMED_WITHIN } : {}),
    remedy: `See whether the controller of GatewayClass ${className} runs and what it logs: "Accepted" on the class may be all that is left of it.`,
  });
}

/** The same client gets the backends' own answers past the gateway: without it, silence proves nothing. */
function controlled(timeline: Timeline, read: Read | undefined): Finding[] {
  const claim = 'the client reaches every backend past the gateway (control)';
  if (read === undefined) {
    if (timeline.mark(ROUTES) === undefined) return [];
    return [undecided('environment', claim, 'the client did not report', [])];
  }
  const { control } = read.report;
  const bad = [...control]
    .filter(([, answer]) => answer !== true)
    .map(([name, answer]) => `${name}: ${String(answer)}`);
  if (bad.length === 0 && control.size > 0)
    return [passes(claim, `${[...control.keys()].join(', ')} answered`, [read.seq])];
  const remedy = 'See why pods of this cluster cannot reach its Services (network policies, DNS, kube-proxy).';
  return [undecided('environment', claim, bad.join('; ') || 'none was asked', [read.seq], remedy)];
}

/** Something answers at the Gateway's address, whatever it answers. */
function answering(timeline: Timeline, { title }: GatewayParams, read: Read | undefined): Finding[] {
  const claim = 'the Gateway answers requests from inside the cluster';
  if (read === undefined) return [];
  const { reached, unreachable, control } = read.report;
  if (reached !== undefined) return [passes(claim, `at ${reached}`, [read.seq])];
  const tried = unreachable.map(({ url, words }) => `${url}: ${words}`).join('; ');
  const controlWorks = control.size > 0 && [...control.values()].every((answer) => answer === true);
  const refused = unreachable.some(({ words }) => /refused|reset/i.test(words));
  const gateway = timeline
    .objects({ of: GATEWAY })
    .objects.flatMap((one) => one.states)
    .at(-1);
  if (controlWorks && refused && gateway !== undefined && programmed(gateway.body) === true)
    return [
      fails(
        claim,
        `it is programmed, and nobody listens there (${tried})`,
        [gateway.seq, read.seq],
        `See whether the data plane of ${title} runs: its status says that it does.`,
      ),
    ];
  return [
    undecided(
      'environment',
      claim,
      tried || 'no address to ask at',
      [read.seq],
      'See whether pods of this cluster may reach that address (network policies, load balancers that do not take traffic from inside).',
    ),
  ];
}

function routeAttached(timeline: Timeline, { controller, title }: GatewayParams, route: string): Finding {
  return expectSeen(timeline.objects({ of: ROUTE, group: route }), attached(controller), timeline.whole(), {
    claim: `${title} accepts route ${route} and resolves its references`,
    otherwise: `${title} never said so of a route that is in order`,
  });
}

/** What is said of routes that were made: none is where there was no address to ask at. */
function attachedFindings(timeline: Timeline, params: GatewayParams, routes: readonly string[]): Finding[] {
  return [...routes.map((route) => routeAttached(timeline, params, route)), listenerCounts(timeline, params)];
}

/** The listener counts exactly the routes that are attached to it: all of them, whether their references are resolved or not. */
function listenerCounts(timeline: Timeline, { title }: GatewayParams): Finding {
  const routes = timeline.learned(ROUTES)?.data.routes ?? 0;
  return expectSeen(timeline.objects({ of: GATEWAY }), counts(routes), timeline.after(ROUTES), {
    claim: `the listener counts the ${routes} route(s) attached to it`,
    otherwise: `${title} does not keep attachedRoutes`,
  });
}

/** How many of `n` independent requests may fall on a backend whose share is `p`, both ends included. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** How far a count may be off, in standard deviations. For n = 500 and p = 0.8 a right platform is outside once in 129,000 times. */
const SIGMAS = 4.5;

/**
 * `|count/n - p| <= 4.5 sigma`, sigma = sqrt(p(1-p)/n), in counts. A share of 0 (or 1) has no spread: the count has to be exact.
 * `n` requests, `p` from 0 to 1.
 */
export function binomialLimits(n: number, p: number, sigmas = SIGMAS): Limits {
  const spread = sigmas * Math.sqrt(n * p * (1 - p));
  return { least: Math.max(0, Math.ceil(n * p - spread)), most: Math.min(n, Math.floor(n * p + spread)) };
}

/** The share that each backend is meant to have, from the weights of a route (Gateway API: weight / sum of all weights). */
export function sharesOf(weights: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, sum === 0 ? 0 : weight / sum]));
}

/** Of so many requests one may be refused at first: a proxy that is restarted, a connection that is cut. */
const ONE_IN = 100;

/**
 * How often a request was answered only when it was sent again. The client asks three times, so that what a single bad moment costs is not
 * taken for a wrong split; a gateway that turns away every fifth request must not pass because of that.
 * @param sets names of the sets of requests that backends have to answer, with how many requests each has
 */
export function firstTries(
  { retries }: Pick<ClientReport, 'retries'>,
  sets: Readonly<Record<string, number>>,
  title: string,
  seq: number,
): Finding[] {
  const asked = Object.values(sets).reduce((sum, count) => sum + count, 0);
  const first = new Map(
    retries.filter(({ name }) => name in sets).map(({ name, id, status }) => [`${name} ${id}`, status]),
  );
  const claim = 'requests are answered at the first try';
  const refused = [...first.values()].filter((status) => status !== '-');
  const silent = first.size - refused.length;
  if (first.size === 0) return [];
  const statuses = [...new Set(refused)].sort().join(', ');
  const message = `${refused.length} of ${asked} were answered ${statuses || 'with an error'} at first, ${silent} not at all`;
  if (refused.length > asked / ONE_IN)
    return [fails(claim, message, [seq], `See what ${title} logs: it turned away requests for backends that were up.`)];
  if (silent > asked / ONE_IN)
    return [undecided('environment', claim, message, [seq], 'See whether the cluster is overloaded, then run again.')];
  return [remark(claim, message, [seq])];
}
