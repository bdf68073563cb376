import { list, read, type Timeline, text } from '../../evidence/judging.ts';
import type { CollectionWay, MetricsStore } from '../../inventory/monitoring.ts';
import type { Bench } from '../bench.ts';
import { PATH, SCRAPE, whyNotScraped } from './annotation-jobs.ts';
import { annotationsFor, type Collection } from './collect.ts';
import { shapeOf } from './monitor-shapes.ts';
import { askStore } from './query.ts';
import { jobOf, readScrapeJobs, type ScrapeJob } from './scrape-jobs.ts';

/** Name of the answers, and of the mark behind them. */
export const CONFIGURATION = 'configuration of the store';

/**
 * Where collection is asked for by annotations alone, they are a habit that a Prometheus follows when its configuration says so, and
 * silence shows nothing before that is known: records the scrape jobs of the store's configuration in a mark. Elsewhere nothing is done.
 *
 * The mark has what was read from the answer as it came: the answer that is recorded is redacted, and cut when it is long.
 */
export async function recordConfiguration(
  bench: Bench,
  { way }: Pick<Collection, 'way'>,
  store: MetricsStore,
  namespace: string,
): Promise<void> {
  if (shapeOf(way).annotations === undefined) return;
  const jobs = await askStore(bench, store, { name: CONFIGURATION, path: 'status/config', read: readScrapeJobs });
  bench.mark(CONFIGURATION, recorded(way, namespace, jobs));
}

/** What the mark says: of which pods it is asked, and the jobs or why there are none. */
export function recorded(
  way: CollectionWay,
  namespace: string,
  jobs: readonly ScrapeJob[] | string,
): Readonly<Record<string, unknown>> {
  const { annotations = {} } = annotationsFor({ way });
  return { namespace, annotations, ...(typeof jobs === 'string' ? { unread: jobs } : { jobs }) };
}

/** Why pods that carry annotations are not collected, though nobody is at fault. */
interface Unheeded {
  readonly message: string;
  readonly remedy: string;
  readonly evidence: readonly number[];
}

/** Undefined when the recorded configuration has the pods scraped: then it is the platform that does not. And when none was recorded. */
export function unheededAnnotations(timeline: Timeline): Unheeded | undefined {
  const mark = timeline.marks(CONFIGURATION).at(-1);
  if (mark === undefined) return undefined;
  const evidence = [...timeline.answers({ name: CONFIGURATION }).map(({ seq }) => seq), mark.seq];
  const unread = text(mark.data, 'unread');
  if (unread !== '')
    return {
      message: `pods can ask it by annotations alone, and whether it follows them is not known: its configuration (/api/v1/status/config) cannot be read: ${unread}`,
      remedy: `Let its configuration be read through the API server's proxy, ${OR_MONITORS}.`,
      evidence,
    };
  const annotations = Object.entries((read(mark.data, 'annotations') ?? {}) as Record<string, unknown>);
  const pod = {
    namespace: text(mark.data, 'namespace'),
    annotations: Object.fromEntries(annotations.map(([name, value]) => [name, String(value)])),
  };
  const why = whyNotScraped(
    list(mark.data, 'jobs').map((job) => jobOf(job)),
    pod,
  );
  if (why === undefined) return undefined;
  return {
    message: `pods can ask it by annotations alone, and its configuration does not have these scraped: ${why}`,
    remedy: `Add a scrape job of role pod that keeps pods of every namespace by ${SCRAPE} and takes the path from ${PATH} (as the job kubernetes-pods of the community's chart), ${OR_MONITORS}.`,
    evidence,
  };
}

const OR_MONITORS = 'or install the Prometheus Operator, so that pods can be asked for by monitors';
