import { CHAT, MODELS, serviceOf, UNROUTED } from './backends.ts';
import { ClientScript, type Wanted } from './client-script.ts';
import { ROUTE } from './gateway-api.ts';
import { attached, unresolved } from './gateway-state.ts';
import type { GatewayParams } from './instances.ts';
import type { Part } from './part.ts';
import { hostOf, routeObject } from './route.ts';
import { runClient } from './run-client.ts';

/** How often each request is sent; those of which half have to be lost. */
export const TIMES = 20;
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
    bench.mark('granted and deleted');
    const after = new ClientScript()
      .reach([report.reached])
      .settle(to('to-granted', 'crossing'), TIMES, exactly('d'), WITHIN)
      .settle(to('to-deleted', 'leaving'), TIMES, exactly('404'), WITHIN)
      .ask(to('granted', 'crossing'), TIMES)
      .ask(to('deleted', 'leaving'), TIMES)
      .ask(to('still-stays', 'stays'), TIMES);
    await runClient(bench, params, AFTER, after);
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
