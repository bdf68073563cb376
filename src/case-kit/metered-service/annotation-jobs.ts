import { PORT_NAME } from './metered-deployment.ts';
import { prometheusDuration } from './scrape-interval.ts';
import type { Discovery, RelabelRule, ScrapeJob } from './scrape-jobs.ts';
import { PORT } from './service-script.ts';

/** A pod of the service, as Prometheus' discovery of role pod finds it. */
interface AnnotatedPod {
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export const SCRAPE = 'prometheus.io/scrape';
export const PATH = 'prometheus.io/path';
const META = '__meta_kubernetes_';
/** Nobody waits less than three minutes for a first scrape; a job this slow, or quicker, has come round by then. */
const SLOWEST = 150_000;

/**
 * Undefined when some job scrapes such a pod because of its annotations; else a sentence about what the configuration lacks. What a job
 * does that cannot be told from here (labels that other rules wrote, shards, node names) is not held against the platform.
 */
export function whyNotScraped(jobs: readonly ScrapeJob[], pod: AnnotatedPod): string | undefined {
  const following = jobs.filter(followsPods).map((job) => ({ job, why: whyNot(job, pod) }));
  if (following.some(({ why }) => why === undefined)) return undefined;
  const [first] = following;
  if (first !== undefined)
    return `scrape job ${first.job.job_name} follows ${SCRAPE} on pods, and not for these: ${first.why ?? ''}`;
  const count =
    jobs.length === 1 ? 'its only scrape job does not follow' : `none of its ${jobs.length} scrape jobs follows`;
  const others = jobs.flatMap(goesBy);
  return `${count} ${SCRAPE} on pods${others.length === 0 ? '' : ` (${others.slice(0, 3).join('; ')})`}`;
}

function followsPods({ kubernetes_sd_configs, relabel_configs }: ScrapeJob): boolean {
  const asks = relabel_configs.some((rule) => rule.action === 'keep' && rule.source_labels.includes(labelOf(SCRAPE)));
  return asks && kubernetes_sd_configs.some(({ role }) => role === 'pod');
}

/** What else a job goes by, for people: the same annotation on Services, or another one. */
function goesBy({ job_name, kubernetes_sd_configs, relabel_configs }: ScrapeJob): string[] {
  const pods = kubernetes_sd_configs.some(({ role }) => role === 'pod') ? 'pods' : 'pods behind Services';
  const kept = relabel_configs.filter(({ action }) => action === 'keep').flatMap(({ source_labels }) => source_labels);
  return kept.flatMap((label) => {
    const [, kind, annotation] = /^__meta_kubernetes_(pod|service)_annotation_(.+)$/.exec(label) ?? [];
    if (annotation === undefined) return [];
    return [`${job_name} goes by the annotation ${annotation} of ${kind === 'pod' ? pods : 'Services'}`];
  });
}

/** Why a job that follows the annotation does not, or may not, scrape the pod in time. */
function whyNot(job: ScrapeJob, pod: AnnotatedPod): string | undefined {
  if (!job.kubernetes_sd_configs.some((one) => looksAt(one, pod)))
    return 'it looks only at some namespaces, or at pods with certain labels or fields';
  const dropped = job.relabel_configs.find((rule) => keeps(rule, pod) === false);
  if (dropped !== undefined) return `it drops them (${shown(dropped)})`;
  const unknown = job.relabel_configs.find((rule) => chooses(rule) && keeps(rule, pod) === undefined);
  if (unknown !== undefined) return `whether it drops them cannot be told (${shown(unknown)})`;
  if (!job.relabel_configs.some((rule) => takesPath(rule, pod))) return `it does not take the path from ${PATH}`;
  // The service speaks HTTP and has no annotation for the scheme, which it should not need.
  if (job.scheme !== 'http') return `it scrapes by ${job.scheme}`;
  return prometheusDuration(job.scrape_interval) > SLOWEST ? `it scrapes only every ${job.scrape_interval}` : undefined;
}

function looksAt({ role, namespaces, selectors }: Discovery, { namespace }: AnnotatedPod): boolean {
  const { names, own_namespace } = namespaces;
  const here = names.length === 0 ? own_namespace !== 'true' : names.includes(namespace);
  return role === 'pod' && here && selectors.length === 0;
}

function chooses({ action }: RelabelRule): boolean {
  return /^(?:keep|drop)/.test(action);
}

/** Undefined when it cannot be told, or when the rule chooses nothing. */
function keeps(rule: RelabelRule, pod: AnnotatedPod): boolean | undefined {
  if (rule.action !== 'keep' && rule.action !== 'drop') return undefined;
  const found = matches(rule, pod);
  return found === undefined ? undefined : found === (rule.action === 'keep');
}

function takesPath(rule: RelabelRule, pod: AnnotatedPod): boolean {
  const sets = rule.action === 'replace' && rule.target_label === '__metrics_path__';
  return sets && rule.source_labels.includes(labelOf(PATH)) && matches(rule, pod) === true;
}

/** Prometheus anchors its expressions. Those that only RE2 understands leave it open. */
function matches({ source_labels, separator, regex }: RelabelRule, pod: AnnotatedPod): boolean | undefined {
  const values = source_labels.map((label) => saidOf(label, pod));
  if (values.some((value) => value === undefined)) return undefined;
  const anyCase = regex.startsWith('(?i)');
  try {
    const expression = new RegExp(`^(?:${anyCase ? regex.slice(4) : regex})$`, anyCase ? 'is' : 's');
    return expression.test(values.join(separator));
  } catch {
    return undefined;
  }
}

/** What discovery says of the pod (Prometheus' documentation of `kubernetes_sd_config`, role pod); undefined: it cannot be known. */
function saidOf(label: string, { namespace, annotations }: AnnotatedPod): string | undefined {
  const known: Readonly<Record<string, string>> = {
    [`${META}namespace`]: namespace,
    [`${META}pod_phase`]: 'Running',
    [`${META}pod_ready`]: 'true',
    [`${META}pod_container_init`]: 'false',
    [`${META}pod_container_port_name`]: PORT_NAME,
    [`${META}pod_container_port_number`]: String(PORT),
    [`${META}pod_container_port_protocol`]: 'TCP',
    ...Object.fromEntries(Object.entries(annotations).map(([name, value]) => [labelOf(name), value])),
    ...Object.fromEntries(Object.keys(annotations).map((name) => [labelOf(name, 'present'), 'true'])),
  };
  // No other annotation, and no Service, is the service's own.
  return known[label] ?? (/^__meta_kubernetes_(?:pod_annotation|service_)/.test(label) ? '' : undefined);
}

/** Prometheus writes names of annotations with `_` for all that a label's name may not have. */
function labelOf(annotation: string, present: 'present' | '' = ''): string {
  return `${META}pod_annotation${present}_${annotation.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}

function shown({ action, source_labels, regex }: RelabelRule): string {
  return `${action} by ${source_labels.join(', ') || 'nothing'} = ${regex}`;
}
