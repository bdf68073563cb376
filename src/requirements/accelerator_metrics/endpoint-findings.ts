import {
  type Bench,
  type BenchAnswer,
  exporterPages,
  exposition,
  type Finding,
  fails,
  type offered,
  passes,
  remark,
  undecided,
} from '../../case-kit/index.ts';
import { type Endpoint, showEndpoint } from './endpoints.ts';
import { measuredIn, type NotReady, type Scrape, scrape } from './scrapes.ts';

/** What was asked on one node. */
export interface NodeScrapes {
  readonly node: offered.MeteredNode;
  readonly scrapes: readonly Scrape[];
  readonly notReady: readonly NotReady[];
  /** Nodes on which an endpoint was found. */
  readonly elsewhere: readonly string[];
  /** Entry that says what was found. */
  readonly seq: number;
}

/** The scrapes of a node that tell of accelerators. */
export function telling(scrapes: readonly Scrape[]): Scrape[] {
  return scrapes.filter(({ measured }) => measured !== undefined);
}

const OWN_PROXY =
  'Let the API server reach the metrics (kube-rbac-proxy: --ignore-paths=/metrics, or a port of the exporter itself); it passes no token on.';
const INSTALL = 'Install the vendor’s exporter on every node with accelerators.';

/** R1: somebody on the node tells metrics of its accelerators. */
export function endpointFinding(about: NodeScrapes): Finding {
  const { node, scrapes, notReady, elsewhere, seq } = about;
  const claim = `an endpoint tells metrics of the accelerators on ${node.node}`;
  const found = telling(scrapes);
  if (found.length > 0) {
    const where = found.map(
      ({ endpoint, measured }) => `${showEndpoint(endpoint)} (${measured?.row.title}; ${endpoint.why})`,
    );
    return passes(
      claim,
      where.join(', '),
      found.map((one) => one.seq),
    );
  }
  const evidence = [seq, ...scrapes.map((one) => one.seq)];
  // An exporter by its name whose series may well be those of devices has names that no table knows; see below.
  const nonsense = scrapes.filter(
    ({ endpoint, exposition }) =>
      endpoint.exporter &&
      exposition !== undefined &&
      !isTooLarge(exposition) &&
      exporterPages.likelyDeviceSeries(exposition, node.expected).length === 0,
  );
  if (nonsense.length > 0) {
    const what = nonsense.map((one) => `${showEndpoint(one.endpoint)} ${whatItTells(one.exposition)}`);
    return fails(
      claim,
      `the exporter answers, but ${what.join('; ')}`,
      nonsense.map((one) => one.seq),
      'Look at what the exporter serves.',
    );
  }
  // Where another node's endpoint was read, somebody else's locked door on this one excuses nothing.
  const counts = scrapes.filter(({ endpoint }) => endpoint.exporter || elsewhere.length === 0);
  const shut = counts.filter(({ status }) => status === 401 || status === 403);
  if (shut.length > 0) {
    const what = shut.map(({ endpoint, status }) => `${showEndpoint(endpoint)} answered ${status}`);
    return undecided('environment', claim, `metrics are protected: ${what.join(', ')}`, evidence, OWN_PROXY);
  }
  const silent = scrapes.filter(({ endpoint, exposition }) => endpoint.exporter && exposition === undefined);
  const late = notReady.filter((one) => one.node === node.node);
  if (silent.length + late.length > 0) {
    const what = [
      ...silent.map(
        ({ endpoint, status, said }) => `${showEndpoint(endpoint)} did not answer (${said ?? status ?? 'in time'})`,
      ),
      ...late.map(({ pod, why }) => `${pod} is not ready (${why})`),
    ];
    return undecided(
      'environment',
      claim,
      what.join('; '),
      evidence,
      'See why the exporter does not run, then run again.',
    );
  }
  const large = scrapes.filter(({ endpoint, exposition }) => endpoint.exporter && isTooLarge(exposition));
  if (large.length > 0) {
    const what = large.map(
      ({ endpoint, exposition }) => `${showEndpoint(endpoint)}: ${exposition?.problems[0]?.message}`,
    );
    return undecided('environment', claim, what.join('; '), evidence, 'Let the exporter tell less in one answer.');
  }
  const likely = counts.flatMap(({ endpoint, exposition }) =>
    exposition === undefined
      ? []
      : exporterPages
          .likelyDeviceSeries(exposition, node.expected)
          .map((name) => `${name} of ${showEndpoint(endpoint)}`),
  );
  if (likely.length > 0) {
    const message = `no table knows these names, which may be those of the accelerators: ${[...new Set(likely)].slice(0, 10).join(', ')}`;
    return undecided(
      'unknown-accelerator',
      claim,
      message,
      evidence,
      'Name them in a file for --tables (acceleratorMetrics).',
    );
  }
  const asked = `${scrapes.length} possible endpoints were asked on it`;
  if (elsewhere.length > 0)
    return fails(claim, `${asked}, none tells of accelerators; ${elsewhere.join(', ')} has one`, evidence, INSTALL);
  const message = `no endpoint with metrics of accelerators was found: ${asked} (monitors, ports called metrics, known ports, annotations)`;
  return undecided(
    'not-found',
    claim,
    message,
    evidence,
    `${INSTALL} Is it there, name its metrics with --tables (acceleratorMetrics).`,
  );
}

function isTooLarge(exposition: exposition.Exposition | undefined): boolean {
  return exposition?.problems.some(({ code }) => code === 'too-large') ?? false;
}

/** What an endpoint answers that tells nothing of accelerators. */
function whatItTells(exposition: exposition.Exposition | undefined): string {
  const [problem] = exposition?.problems ?? [];
  if (exposition?.format === 'none') return `is refused: ${problem?.message ?? ''}`;
  return `tells nothing of accelerators (${exposition?.samples.length ?? 0} series of something else)`;
}

/** Series that are read here and stand there twice: nobody knows which is meant. Of others it is only told. */
function ambiguous({ endpoint, seq, measured }: Scrape): { readonly seq: number; readonly shown: string }[] {
  const groups = Map.groupBy(
    measured?.read ?? [],
    (sample) => `${exposition.sampleKey(sample)} ${sample.timestamp ?? ''}`,
  );
  return [...groups.values()].flatMap(([first, second]) =>
    first === undefined || second === undefined
      ? []
      : [
          {
            seq,
            shown: `${showEndpoint(endpoint)} line ${second.line}: the series ${exposition.sampleKey(second)} stands there twice, with ${first.value} and ${second.value}`,
          },
        ],
  );
}

/** The answers are read by any scraper. A broken rule that scrapers live with is only told. */
export function formatFindings({ node, scrapes }: NodeScrapes): Finding[] {
  const found = telling(scrapes);
  if (found.length === 0) return [];
  const claim = `what the endpoint on ${node.node} answers is a well-formed exposition`;
  const all = found.flatMap(({ endpoint, exposition, seq }) =>
    (exposition?.problems ?? []).map((problem) => ({
      ...problem,
      seq,
      shown: `${showEndpoint(endpoint)} line ${problem.line}: ${problem.message}`,
    })),
  );
  const fatal = [...all.filter((problem) => problem.fatal), ...found.flatMap(ambiguous)];
  const rest = all.filter((problem) => !problem.fatal);
  const evidence = found.map(({ seq }) => seq);
  const said = (problems: readonly { readonly shown: string }[]): string =>
    problems
      .slice(0, 5)
      .map(({ shown }) => shown)
      .join('; ');
  return [
    fatal.length > 0
      ? fails(
          claim,
          said(fatal),
          [...new Set(fatal.map(({ seq }) => seq))],
          'Fix the exporter: scrapers throw such an answer away, or take one of two values.',
        )
      : passes(
          claim,
          found.map(({ exposition }) => `${exposition?.samples.length} series, ${exposition?.format}`).join(', '),
          evidence,
        ),
    ...(rest.length > 0 ? [remark(`format of the metrics on ${node.node}`, said(rest), evidence)] : []),
  ];
}

/** A sample that has a time of its own gets a new one within so long (dcgm-exporter collects every 30 s, the slowest default known). */
const STALE_MS = 35_000;

const stampOf = (devices: readonly exporterPages.DeviceReading[]): number | undefined => {
  const stamps = devices.flatMap(({ timestamp }) => timestamp ?? []);
  return stamps.length === 0 ? undefined : Math.max(...stamps);
};

/**
 * Asks an endpoint whose samples say themselves of when they are until they are newer, or long enough. Others show under load whether
 * they are fresh (the other case).
 */
export async function awaitNewerSamples(
  bench: Bench,
  { endpoint, answer }: { endpoint: Endpoint; answer: BenchAnswer | undefined },
  rows: readonly offered.AcceleratorMetricsRow[],
): Promise<void> {
  const first = stampOf(measuredIn(answer, rows)?.devices ?? []);
  if (first === undefined) return;
  const look = async (): Promise<true | string> => {
    const last = stampOf(measuredIn(await scrape(bench, endpoint), rows)?.devices ?? []);
    return (last !== undefined && last > first) || `they are still of ${new Date(first).toISOString()}`;
  };
  const within = `${STALE_MS + 6_000}ms` as const;
  await bench.poll(`newer samples of ${endpoint.pod}`, look, { within, every: '5s', otherwise: 'go-on' });
}

/** R3: samples that have a time of their own get a new one. Without such a time there is nothing to say here. */
export function freshnessFinding(node: string, scrapes: readonly Scrape[]): Finding[] {
  return [...Map.groupBy(scrapes, ({ endpoint }) => endpoint).values()].flatMap((series) => {
    const stamped = series.flatMap((one) => {
      const stamp = stampOf(one.measured?.devices ?? []);
      return stamp === undefined ? [] : [{ seq: one.seq, t: one.t, stamp }];
    });
    const [first, last] = [stamped[0], stamped.at(-1)];
    if (first === undefined || last === undefined) return [];
    const claim = `the samples told on ${node} are of now`;
    const evidence = [first.seq, last.seq];
    const seconds = Math.round((last.t - first.t) / 1000);
    if (last.stamp > first.stamp) return [passes(claim, `they were newer ${seconds} s later`, evidence)];
    if (last.t - first.t < STALE_MS) return [];
    const when = new Date(last.stamp).toISOString();
    return [
      fails(
        claim,
        `their own time is ${when} still ${seconds} s later`,
        evidence,
        'See why the exporter serves old values.',
      ),
    ];
  });
}
