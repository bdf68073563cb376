import { defineCase, type Finding, type KindName, NO_ACCELERATOR, type Timeline } from '../../case-kit/index.ts';
import type { AcceleratorMetricsRow } from '../../inventory/metrics-tables.ts';
import { auxiliaryRemark, completenessFinding, otherExportersRemark, sanityFinding } from './device-findings.ts';
import { endpointFinding, formatFindings, type NodeScrapes, telling } from './endpoint-findings.ts';
import { findEndpoints, foundIn, monitorKinds, readsOf } from './find-endpoints.ts';
import { awaitNewerSamples, freshnessFinding } from './freshness.ts';
import { type MeteredNode, meteredNodes, rowsFor } from './metered-node.ts';
import { PROXY_RULE } from './plan-words.ts';
import { scrapesOf } from './scrape.ts';

interface Params {
  readonly nodes: readonly MeteredNode[];
  readonly rows: readonly AcceleratorMetricsRow[];
  readonly monitors: readonly KindName[];
}

/** R1, R2, R3, R6: asked once, nothing is created, no accelerator is taken. */
export const everyDeviceIsMeasured = defineCase<Params>({
  id: 'accelerator_metrics/every-device-is-measured',
  title:
    'On every node, an endpoint tells the utilisation and the used memory of each accelerator, in values that can be',
  kind: 'required',
  bar: 'official',
  plan: (facts) => {
    const nodes = meteredNodes(facts.inventory);
    if (nodes.length === 0) return NO_ACCELERATOR;
    const rows = [...new Set(nodes.flatMap(({ vendor }) => rowsFor(vendor, facts.inventory)))];
    const monitors = monitorKinds(facts);
    return [{ params: { nodes, rows, monitors }, needs: { reads: readsOf(monitors), rules: [PROXY_RULE] } }];
  },

  async act(bench, { nodes, rows, monitors }) {
    const names = [...new Set(nodes.map(({ node }) => node))];
    const asked = await findEndpoints(bench, names, rows, monitors);
    await Promise.all(asked.map((one) => awaitNewerSamples(bench, one, rows)));
  },

  judge(timeline, { nodes, rows }) {
    return nodes.flatMap((node) => findingsOn(timeline, node, nodes, rows));
  },
});

function findingsOn(
  timeline: Timeline,
  node: MeteredNode,
  nodes: readonly MeteredNode[],
  all: readonly AcceleratorMetricsRow[],
): Finding[] {
  const { endpoints, notReady } = foundIn(timeline);
  const rows = rowsFor(node.vendor, { acceleratorMetrics: all });
  const scrapes = scrapesOf(timeline, endpoints, rows);
  const here = scrapes.filter(({ endpoint }) => endpoint.node === node.node);
  const first = here.filter((one, at) => here.findIndex((other) => other.endpoint === one.endpoint) === at);
  const elsewhere = nodes
    .map((other) => other.node)
    .filter((other) => other !== node.node && telling(scrapes).some(({ endpoint }) => endpoint.node === other));
  const seq = timeline.mark('endpoints found')?.seq ?? 1;
  const about: NodeScrapes = { node, scrapes: first, notReady, elsewhere, seq };
  const endpoint = endpointFinding(about);
  if (telling(first).length === 0) return [endpoint];
  const sanity = sanityFinding(about);
  return [
    endpoint,
    ...formatFindings(about),
    completenessFinding(about),
    ...otherExportersRemark(about),
    ...(sanity === undefined ? [] : [sanity]),
    ...freshnessFinding(node.node, here),
    ...auxiliaryRemark(about),
  ];
}
