import { accelerators, defineCase, type Finding, type KindName, offered, type Timeline } from '../../case-kit/index.ts';
import { auxiliaryRemark, completenessFinding, otherExportersRemark, sanityFinding } from './device-findings.ts';
import {
  awaitNewerSamples,
  endpointFinding,
  formatFindings,
  freshnessFinding,
  type NodeScrapes,
  telling,
} from './endpoint-findings.ts';
import { PROXY_RULE } from './endpoints.ts';
import { FOUND, findEndpoints, foundIn, monitorKinds, readsOf, scrapesOf } from './scrapes.ts';

interface Params {
  readonly nodes: readonly offered.MeteredNode[];
  readonly rows: readonly offered.AcceleratorMetricsRow[];
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
    const nodes = offered.meteredNodes(facts.inventory);
    if (nodes.length === 0) return accelerators.NONE;
    const rows = [...new Set(nodes.flatMap(({ vendor }) => offered.rowsFor(vendor, facts.inventory)))];
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
  node: offered.MeteredNode,
  nodes: readonly offered.MeteredNode[],
  all: readonly offered.AcceleratorMetricsRow[],
): Finding[] {
  const { endpoints, notReady } = foundIn(timeline);
  const rows = offered.rowsFor(node.vendor, { acceleratorMetrics: all });
  const scrapes = scrapesOf(timeline, endpoints, rows);
  const here = scrapes.filter(({ endpoint }) => endpoint.node === node.node);
  const first = here.filter((one, at) => here.findIndex((other) => other.endpoint === one.endpoint) === at);
  const elsewhere = nodes
    .map((other) => other.node)
    .filter((other) => other !== node.node && telling(scrapes).some(({ endpoint }) => endpoint.node === other));
  const seq = timeline.mark(FOUND)?.seq ?? 1;
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
