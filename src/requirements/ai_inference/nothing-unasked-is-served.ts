import { defineCase, expectAnswer, expectSeen, type Finding, type Timeline } from '../../runner/case-kit.ts';
import { CHAT, MODELS, serviceOf, startBackends, UNROUTED } from './backends.ts';
import { ClientScript, type Wanted } from './client-script.ts';
import { ROUTE } from './gateway-api.ts';
import { attached, unresolved } from './gateway-state.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { reportOf, standsFindings } from './judging.ts';
import { goesTo, halfIsLost, notForwarded, servesNothing } from './refusals.ts';
import { hostOf, routeObject } from './route.ts';
import { runClient } from './run-client.ts';
import { standGateway } from './stand-gateway.ts';

const TIMES = 20;
const HALF = 100;
const WITHIN = 60;
const BEFORE = 'client-before';
const AFTER = 'client-after';

/**
 * R4: N1 a host or path that no route names, N2 a backend that does not exist, N3 a backend in another namespace without and with a
 * ReferenceGrant, N4 a deleted route. Each beside a route of the same Gateway that is in order and answers all the time.
 */
export const nothingUnaskedIsServed = defineCase<GatewayParams>({
  id: 'ai_inference/nothing-unasked-is-served',
  requirement: 'ai_inference',
  title:
    'What no route names, what does not exist, what is not granted and what was deleted is not served, and says so',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '20m' },
  plan(facts) {
    const planned = instancesOf(facts, {});
    if ('outcome' in planned) return planned;
    return planned.map((one) => {
      if (!('params' in one)) return one;
      const { grant } = one.params;
      if (grant !== undefined)
        return { ...one, needs: { ...one.needs, creates: [...(one.needs.creates ?? []), grant] } };
      return {
        variant: one.params.className,
        alternative: one.params.className,
        notRun: {
          outcome: 'inconclusive',
          class: 'not-found',
          message: 'ReferenceGrant is not served, so crossing namespaces cannot be tried',
          remedy: "Install the Gateway API's CRDs of the standard channel.",
        },
      };
    });
  },

  async act(bench, params) {
    const other = await bench.createNamespace('other');
    const [{ urls }, direct, elsewhere] = await Promise.all([
      standGateway(bench, params),
      startBackends(bench, params, ['a']),
      startBackends(bench, params, ['d'], other),
    ]);
    if (urls.length === 0) return;
    const [stays, missing, crossing, leaving] = await Promise.all([
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
    bench.mark('routes created');
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
      .control({ ...direct, ...elsewhere })
      .reach(urls, 180)
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
    bench.mark('client asked');
    const report = await runClient(bench, params, BEFORE, before);
    if (report.reached === undefined) return;
    await Promise.all([
      bench.attempt('grant', (named) => named.create(grantFor(bench.namespace, other, params))),
      bench.attempt('delete route', (named) => named.remove(leaving.ref)),
    ]);
    bench.mark('granted and deleted');
    const after = new ClientScript()
      .reach([report.reached], 60)
      .settle(to('to-granted', 'crossing'), TIMES, exactly('d'), WITHIN)
      .settle(to('to-deleted', 'leaving'), TIMES, exactly('404'), WITHIN)
      .ask(to('granted', 'crossing'), TIMES)
      .ask(to('deleted', 'leaving'), TIMES)
      .ask(to('still-stays', 'stays'), TIMES);
    await runClient(bench, params, AFTER, after);
  },

  judge(timeline, params) {
    const stands = standsFindings(timeline, params, BEFORE, ['stays', 'leaving']);
    if (timeline.mark('client asked') === undefined) return stands;
    const before = reportOf(timeline, BEFORE);
    const after = reportOf(timeline, AFTER);
    const told = [
      says(timeline, params, 'missing', 'BackendNotFound', 'a backend that does not exist'),
      says(timeline, params, 'crossing', 'RefNotPermitted', 'a backend in another namespace without a ReferenceGrant'),
    ];
    if (before?.report.reached === undefined) return [...stands, ...told];
    const asked = [
      goesTo(before, 'stays', 'a', TIMES, 'a route that is in order answers (control)'),
      goesTo(before, 'leaving', 'a', TIMES, 'the route that will be deleted answers (control)'),
      servesNothing(before, 'unknown-host', TIMES, 'N1: a host that no route names is answered 404'),
      servesNothing(before, 'unknown-path', TIMES, 'N1: a path that no rule names is answered 404'),
      notForwarded(before, 'missing', TIMES, 'N2: requests for a backend that does not exist are answered 500'),
      halfIsLost(before, 'half-missing', HALF, 'N2: the share of a backend that does not exist goes to no other'),
      notForwarded(before, 'ungranted', TIMES, 'N3: nothing reaches another namespace without a ReferenceGrant'),
    ];
    if (timeline.mark('granted and deleted') === undefined) return [...stands, ...told, ...asked];
    return [...stands, ...told, ...asked, ...changes(timeline), ...(after === undefined ? [] : changed(after))];
  },
});

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

function says(timeline: Timeline, params: GatewayParams, route: string, reason: string, what: string): Finding {
  return expectSeen(
    timeline.objects({ of: ROUTE, group: route }),
    unresolved(params.controller, reason),
    timeline.after('routes created'),
    {
      claim: `the status of a route says so when it names ${what}: ${reason}`,
      otherwise: `${params.title} does not tell of ${what}`,
    },
  );
}

function changes(timeline: Timeline): Finding[] {
  return [
    expectAnswer(
      timeline,
      { name: 'grant', method: 'POST' },
      ({ status }) => status === 201 || `status ${status ?? 'none'}`,
      {
        claim: 'a ReferenceGrant is taken',
        otherwise: 'the ReferenceGrant was refused',
      },
    ),
    expectAnswer(
      timeline,
      { name: 'delete route' },
      ({ status }) => status === 200 || status === 202 || `status ${status ?? 'none'}`,
      {
        claim: 'a route is deleted',
        otherwise: 'the route could not be deleted',
      },
    ),
  ];
}

function changed(after: NonNullable<ReturnType<typeof reportOf>>): Finding[] {
  return [
    goesTo(after, 'granted', 'd', TIMES, 'N3: with a ReferenceGrant the same requests arrive'),
    servesNothing(after, 'deleted', TIMES, `N4: a deleted route is answered 404 within ${WITHIN} s`),
    goesTo(after, 'still-stays', 'a', TIMES, 'another route of the same Gateway goes on answering (control)'),
  ];
}
