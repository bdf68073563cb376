import { type Finding, fails, passes, undecided } from '../../case-kit/index.ts';
import { CHAT, hostOf, MODELS, routeObject, serviceOf, UNROUTED } from './backends.ts';
import { ClientScript, showTally, TIMES, tally, type Wanted } from './client.ts';
import { attached, P, ROUTE, unresolved } from './gateway.ts';
import type { GatewayParams } from './instances.ts';
import { binomialLimits, type Read } from './judging.ts';
import { type Part, runClient } from './parts.ts';

/** Backends of the case; whatever else answers is not ours. */
const OURS = ['a', 'd'];

interface Seen {
  readonly counts: Readonly<Record<string, number>>;
  readonly ours: number;
  /** No answer, or that of a program that is not ours. */
  readonly unclear: number;
  readonly asked: number;
  readonly words: string;
}

function seenIn({ report }: Read, name: string, times: number): Seen {
  const counts = tally(report.answers, name);
  const ours = OURS.reduce((sum, model) => sum + (counts[model] ?? 0), 0);
  const asked = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const settling = report.settlings.find((one) => one.name === `to-${name}`);
  const after = settling?.settled === true ? `, after ${settling.seconds} s` : '';
  const unclear = (counts['-'] ?? 0) + (counts['?'] ?? 0);
  return { counts, ours, unclear, asked, words: `${showTally(counts)} of ${times}${after}` };
}

/** All requests of the set were answered by that backend. Silence and other programs' answers leave it open. */
export function goesTo(read: Read, name: string, model: string, times: number, claim: string): Finding {
  const { counts, unclear, words } = seenIn(read, name, times);
  if (counts[model] === times) return passes(claim, words, [read.seq]);
  if (unclear > 0) return undecided('environment', claim, words, [read.seq], OVERLOADED);
  return fails(claim, words, [read.seq], 'See the status of the HTTPRoute and what the implementation logs.');
}

/** None was answered by a backend; all were answered 404. */
export function servesNothing(read: Read, name: string, times: number, claim: string): Finding {
  const { counts, ours, words } = seenIn(read, name, times);
  if (ours > 0)
    return fails(claim, words, [read.seq], 'What no route names (any more) must not reach a backend (Gateway API).');
  if (counts['404'] === times) return passes(claim, words, [read.seq]);
  const remedy =
    'See who answers there: another route of a proxy that several Gateways share may take every host and path.';
  return undecided('environment', claim, words, [read.seq], remedy);
}

/**
 * None was answered by a backend; all were answered with an error. The Gateway API says 500; another error keeps the traffic
 * away as well, and its number is told.
 */
export function notForwarded(read: Read, name: string, times: number, claim: string): Finding {
  const { ours, unclear, asked, words } = seenIn(read, name, times);
  if (ours > 0)
    return fails(
      claim,
      words,
      [read.seq],
      'A reference that is not resolved must not be served by anybody (Gateway API).',
    );
  if (unclear > 0 || asked < times) return undecided('environment', claim, words, [read.seq], OVERLOADED);
  return passes(claim, words, [read.seq]);
}

/** Of two backends of equal weight one does not exist: the other gets no more than its half. */
export function halfIsLost(read: Read, name: string, times: number, claim: string): Finding {
  const { ours, unclear, asked, words } = seenIn(read, name, times);
  const { most } = binomialLimits(times, 0.5);
  if (ours > most)
    return fails(
      claim,
      `${words}; at most ${most} were for the backend that exists`,
      [read.seq],
      'Requests for the share of a backend that cannot be resolved are answered 500 (Gateway API).',
    );
  if (unclear > 0 || asked < times) return undecided('environment', claim, words, [read.seq], OVERLOADED);
  return passes(claim, `${words} (at most ${most} for the backend that exists)`, [read.seq]);
}

const OVERLOADED = "See whether the proxies or this cluster are overloaded, and the client's log, then run again.";

/** How often each request is sent of which half have to be lost. */
export const HALF = 100;
/** Seconds within which a change of routes and grants has to take effect. */
export const WITHIN = 60;
/** Pods of the clients before and after the change. */
export const BEFORE = 'client-before';
export const AFTER = 'client-after';

/** R4: asks for what must not be served; then grants, deletes, and asks again. Marks `granted and deleted`. */
export const refusalPart: Part = {
  id: 'ai_inference/nothing-unasked-is-served',
  models: ['a'],
  elsewhere: ['d'],

  route(bench, _params, { other }) {
    return Promise.all([
      bench.create(routeObject(bench, 'stays', [{ path: '/v1', to: { a: null } }]), { group: 'stays' }),
      bench.create(
        routeObject(bench, 'missing', [
          { path: MODELS, to: { nowhere: null } },
          { path: CHAT, to: { a: 1, nowhere: 1 } },
        ]),
        { group: 'missing' },
      ),
      bench.create(routeObject(bench, 'crossing', [{ path: '/v1', to: { d: null }, namespace: other }]), {
        group: 'crossing',
      }),
      bench.create(routeObject(bench, 'leaving', [{ path: '/v1', to: { a: null } }]), { group: 'leaving' }),
    ]);
  },

  async ask(bench, params, { urls, direct, other }, [stays, missing, crossing, leaving]) {
    if (stays === undefined || missing === undefined || crossing === undefined || leaving === undefined) return;
    const soon = { within: '60s', otherwise: 'go-on' } as const;
    const { controller } = params;
    await Promise.all([
      bench.until(stays, attached(controller), soon),
      bench.until(leaving, attached(controller), soon),
      bench.until(missing, unresolved(controller, 'BackendNotFound'), soon),
      bench.until(crossing, unresolved(controller, 'RefNotPermitted'), soon),
    ]);
    const to = (name: string, route: string, path = MODELS): { name: string; host: string; path: string } => ({
      name,
      host: hostOf(bench, route),
      path,
    });
    const before = new ClientScript()
      .control(direct)
      .reach(urls)
      .settle(to('to-stays', 'stays'), TIMES, exactly('a'), 120)
      .settle(to('to-leaving', 'leaving'), TIMES, exactly('a'), WITHIN)
      .settle(to('to-missing', 'missing'), TIMES, exactly('500'), WITHIN)
      .settle(to('to-crossing', 'crossing'), TIMES, exactly('500'), WITHIN)
      .ask(to('leaving', 'leaving'), TIMES)
      .ask(to('unknown-host', 'unknown'), TIMES)
      .ask(to('unknown-path', 'stays', UNROUTED), TIMES)
      .ask(to('missing', 'missing'), TIMES)
      .ask(to('half-missing', 'missing', CHAT), HALF)
      .ask(to('ungranted', 'crossing'), TIMES)
      .ask(to('stays', 'stays'), TIMES);
    const report = await runClient(bench, params, BEFORE, before);
    if (report.reached === undefined) return;
    await Promise.all([
      bench.attempt('grant', (named) => named.create(grantFor(bench.namespace, other, params))),
      bench.attempt('delete route', (named) => named.remove(leaving.ref)),
    ]);
    bench.mark(P.granted.from);
    const after = new ClientScript()
      .reach([report.reached])
      .settle(to('to-granted', 'crossing'), TIMES, exactly('d'), WITHIN)
      .settle(to('to-deleted', 'leaving'), TIMES, exactly('404'), WITHIN)
      .ask(to('granted', 'crossing'), TIMES)
      .ask(to('deleted', 'leaving'), TIMES)
      .ask(to('still-stays', 'stays'), TIMES);
    await runClient(bench, params, AFTER, after);
    bench.finish(P.granted);
  },
};

function exactly(who: string): Wanted {
  return { [who]: { least: TIMES, most: TIMES } };
}

function grantFor(
  from: string,
  to: string,
  { grant = 'gateway.networking.k8s.io/v1beta1/ReferenceGrant' }: GatewayParams,
) {
  return {
    apiVersion: grant.slice(0, grant.lastIndexOf('/')),
    kind: 'ReferenceGrant',
    metadata: { name: 'from-the-route', namespace: to },
    spec: {
      from: [{ group: ROUTE.slice(0, ROUTE.indexOf('/')), kind: 'HTTPRoute', namespace: from }],
      to: [{ group: '', kind: 'Service', name: serviceOf('d') }],
    },
  };
}
