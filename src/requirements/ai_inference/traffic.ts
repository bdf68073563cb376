import type { Bench, SharedAct } from '../../case-kit/index.ts';
import { startBackends } from './backends.ts';
import { headerPart } from './header-part.ts';
import type { GatewayParams } from './instances.ts';
import type { Part } from './part.ts';
import { refusalPart } from './refusal-part.ts';
import { splitPart } from './split-part.ts';
import { standGateway } from './stand-gateway.ts';

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
  bench.mark('routes created', { routes: routed.reduce((sum, { routes }) => sum + routes.length, 0) });
  await Promise.all(routed.map(({ part, routes }) => part.ask(bench, params, ground, routes)));
}
