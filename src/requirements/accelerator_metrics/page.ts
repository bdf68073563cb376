import { exporterPages, type exposition, type Finding, type offered } from '../../case-kit/index.ts';
import { completeness, completenessFinding, sanityFinding } from './device-findings.ts';
import { endpointFinding, formatFindings, type NodeScrapes } from './endpoint-findings.ts';
import { type Endpoint, showEndpoint } from './endpoints.ts';
import type { Scrape } from './scrapes.ts';

/** What `every-device-is-measured` makes of one page alone. */
export interface PageReading {
  /** `shown`: each device of the node has utilisation and used memory; `disproved`: one has not, or a value cannot be. */
  readonly outcome: 'shown' | 'disproved' | 'unknown';
  readonly why: string | undefined;
  /** Title of the exporter, with the version whose names they are. */
  readonly exporter: string | undefined;
  readonly devices: readonly exporterPages.DeviceReading[];
  /** Names that may be utilisation and memory, where no table knows them. */
  readonly candidates: readonly string[];
  readonly remarks: readonly string[];
}

/** The node that the page is of: its devices, or only their number, or nothing that is known. */
export type PageNode = offered.MeteredNode | { readonly devices: number } | undefined;

/** Reads a page of an exporter and judges it by the findings of the case. */
export function readPage(
  exposition: exposition.Exposition,
  rows: readonly offered.AcceleratorMetricsRow[],
  of: PageNode,
): PageReading {
  const measured = exporterPages.measure(exposition, rows);
  const told = measured?.devices.length ?? 0;
  const node: offered.MeteredNode = of !== undefined && 'node' in of ? of : countedNode(of?.devices ?? told);
  const scrape: Scrape = {
    endpoint: PAGE,
    seq: 1,
    t: 0,
    status: 200,
    exposition,
    cut: false,
    ...(measured === undefined ? {} : { measured }),
  };
  const about: NodeScrapes = { node, scrapes: [scrape], notReady: [], elsewhere: [], seq: 1 };
  const candidates =
    measured === undefined ? likely(exposition, node.expected) : measured.strange.length > 0 ? measured.strange : [];
  const remarks = [
    ...(measured?.aside.length
      ? [
          `named in another way, perhaps the same devices, not counted: ${measured.aside.map(({ key }) => key).join(', ')}`,
        ]
      : []),
    ...(measured?.nameless.length
      ? [`${measured.nameless.length} series of utilisation or memory name no device`]
      : []),
    ...(measured?.onlyInUse === undefined ? [] : [measured.onlyInUse.why]),
  ];
  if (measured === undefined) {
    const { message } = endpointFinding(about);
    const refused = exposition.format === 'none' ? exposition.problems[0]?.message : undefined;
    const unknown = candidates.length > 0 ? plain(message) : 'no metrics of accelerators are on this page';
    const why = refused ?? unknown;
    return { outcome: 'unknown', why, exporter: undefined, devices: [], candidates, remarks };
  }
  const sanity = sanityFinding(about);
  const findings = [...formatFindings(about), completenessFinding(about), ...(sanity === undefined ? [] : [sanity])];
  const { outcome, why } = outcomeOf(findings, of !== undefined);
  return {
    outcome,
    why,
    exporter: `${measured.row.title}${measured.version === undefined ? '' : `, ${measured.version}`}`,
    devices: completeness([scrape], node)?.view.devices ?? [],
    candidates,
    remarks,
  };
}

const PAGE: Endpoint = {
  node: 'this node',
  namespace: 'this',
  pod: 'page',
  port: 0,
  path: '',
  scheme: 'http',
  why: 'given',
  exporter: false,
};

function plain(message: string): string {
  return message.replaceAll(` of ${showEndpoint(PAGE)}`, '').replaceAll(`${showEndpoint(PAGE)} `, '');
}

function countedNode(devices: number): offered.MeteredNode {
  return { node: PAGE.node, advertised: [], expected: devices, because: 'as was said', free: devices, devices: [] };
}

function outcomeOf(findings: readonly Finding[], numberKnown: boolean): Pick<PageReading, 'outcome' | 'why'> {
  const said = (wanted: string): string =>
    findings
      .filter(({ outcome }) => outcome === wanted)
      .map(({ message }) => plain(message))
      .join('; ');
  if (findings.some(({ outcome }) => outcome === 'fail')) return { outcome: 'disproved', why: said('fail') };
  if (findings.some(({ outcome }) => outcome === 'inconclusive'))
    return { outcome: 'unknown', why: said('inconclusive') };
  if (!numberKnown)
    return { outcome: 'unknown', why: 'it is not known how many devices the node has: say so with --devices' };
  return { outcome: 'shown', why: undefined };
}

/** At best one for each device; else whatever looks so. */
function likely(exposition: exposition.Exposition, devices: number): string[] {
  const all = exporterPages.likelyDeviceSeries(exposition, Math.max(devices, 1));
  return all.length > 0 ? all : exporterPages.likelyDeviceSeries(exposition, 1);
}
