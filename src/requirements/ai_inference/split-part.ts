import type { Bench } from '../../case-kit/index.ts';
import { MODELS } from './backends.ts';
import { binomialLimits, sharesOf } from './binomial-limits.ts';
import { type Ask, ClientScript, type Wanted } from './client-script.ts';
import { attached } from './gateway-state.ts';
import type { Part } from './part.ts';
import { hostOf, routeObject, ruleOf } from './route.ts';
import { runClient } from './run-client.ts';

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
    bench.mark('weights swapped');
    const again = new ClientScript().reach([report.reached]);
    await runClient(bench, params, swapped.client, measuring(again, swapped, bench));
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
