import { parse } from 'yaml';
import { list, read, text } from '../../evidence/judging.ts';
import { storeAnswer } from './series.ts';

/**
 * A scrape job of a Prometheus, by the names of its own configuration: only what decides whether a pod is scraped. Plain JSON, and all
 * scalars are texts, so that what was recorded is read as what was answered.
 */
export interface ScrapeJob {
  readonly job_name: string;
  readonly scheme: string;
  readonly scrape_interval: string;
  readonly kubernetes_sd_configs: readonly Discovery[];
  /** The rules that keep or drop targets, and those that set the path. */
  readonly relabel_configs: readonly RelabelRule[];
}

export interface Discovery {
  readonly role: string;
  /** Only in these namespaces; empty: in all. */
  readonly namespaces: { readonly names: readonly string[]; readonly own_namespace: string };
  /** Labels and fields of objects, which choose some of them. */
  readonly selectors: readonly unknown[];
}

export interface RelabelRule {
  readonly action: string;
  readonly source_labels: readonly string[];
  readonly separator: string;
  readonly regex: string;
  readonly target_label: string;
}

/** The scrape jobs in an answer of `/api/v1/status/config` (YAML inside JSON), or why they cannot be read. */
export function readScrapeJobs(status: number | undefined, body: string): ScrapeJob[] | string {
  const said = storeAnswer(status, body);
  if (typeof said === 'string') return said;
  const { answer } = said;
  const yaml = read(answer, 'data.yaml');
  if (text(answer, 'status') !== 'success' || typeof yaml !== 'string')
    return `its answer has no configuration: ${body.slice(0, 200)}`;
  try {
    // Failsafe: `regex: true` is the text "true", as Prometheus reads it.
    const configuration: unknown = parse(yaml, { schema: 'failsafe', logLevel: 'error' });
    const interval = text(configuration, 'global.scrape_interval') || '1m';
    return list(configuration, 'scrape_configs').map((job) => jobOf(job, interval));
  } catch (error) {
    return `its configuration is not well-formed YAML: ${String(error).split('\n')[0] ?? ''}`;
  }
}

/** A job as it is configured, or as it was recorded. */
export function jobOf(job: unknown, interval = '1m'): ScrapeJob {
  return {
    job_name: text(job, 'job_name'),
    scheme: text(job, 'scheme') || 'http',
    scrape_interval: text(job, 'scrape_interval') || interval,
    kubernetes_sd_configs: list(job, 'kubernetes_sd_configs').map((one) => ({
      role: text(one, 'role'),
      namespaces: {
        names: list(one, 'namespaces.names').map(String),
        own_namespace: text(one, 'namespaces.own_namespace'),
      },
      selectors: list(one, 'selectors'),
    })),
    relabel_configs: list(job, 'relabel_configs').map(ruleOf).filter(decides),
  };
}

/** Defaults: Prometheus' documentation of `relabel_config`. */
function ruleOf(rule: unknown): RelabelRule {
  return {
    action: (text(rule, 'action') || 'replace').toLowerCase(),
    source_labels: list(rule, 'source_labels').map(String),
    separator: orElse(read(rule, 'separator'), ';'),
    regex: orElse(read(rule, 'regex'), '(.*)'),
    target_label: text(rule, 'target_label'),
  };
}

/** Empty is something else than absent. */
function orElse(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function decides({ action, target_label }: RelabelRule): boolean {
  return /^(?:keep|drop)/.test(action) || target_label === '__metrics_path__';
}
