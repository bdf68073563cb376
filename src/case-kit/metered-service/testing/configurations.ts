/** The beginning of every configuration: with an `authorization`, as nearly each has one for the API server. */
const BEGIN = `global:
  scrape_interval: 1m
  scrape_timeout: 10s
  evaluation_interval: 1m
alerting:
  alertmanagers:
  - follow_redirects: true
    scheme: http
    kubernetes_sd_configs:
    - role: pod
      kubeconfig_file: ""
rule_files:
- /etc/config/alerting_rules.yml
scrape_configs:
- job_name: prometheus
  honor_timestamps: true
  scrape_interval: 1m
  metrics_path: /metrics
  scheme: http
  static_configs:
  - targets:
    - localhost:9090
- job_name: kubernetes-apiservers
  scrape_interval: 1m
  scheme: https
  authorization:
    type: Bearer
    credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
  relabel_configs:
  - source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name]
    separator: ;
    regex: default;kubernetes;https
    replacement: $1
    action: keep
  kubernetes_sd_configs:
  - role: endpoints
    kubeconfig_file: ""
`;

/** A job of pods (or, with another role, of what it is given) and the rules that a test adds to it. */
export function job(
  name: string,
  rules: string,
  { role = 'pod', interval = '1m', scheme = 'http', discovery = '' } = {},
): string {
  return `- job_name: ${name}
  honor_labels: true
  scrape_interval: ${interval}
  metrics_path: /metrics
  scheme: ${scheme}
  relabel_configs:
${rules}  kubernetes_sd_configs:
  - role: ${role}
    kubeconfig_file: ""
    follow_redirects: true
${discovery}`;
}

/** One rule; regex is written as it is. */
export function rule(action: string, sources: readonly string[], regex: string, target?: string): string {
  const to = target === undefined ? '' : `    target_label: ${target}\n`;
  return `  - source_labels: [${sources.join(', ')}]
    separator: ;
    regex: ${regex}
${to}    replacement: $1
    action: ${action}
`;
}

const POD = '__meta_kubernetes_pod';
export const KEEP = rule('keep', [`${POD}_annotation_prometheus_io_scrape`], 'true');
export const TAKE_PATH = rule('replace', [`${POD}_annotation_prometheus_io_path`], '(.+)', '__metrics_path__');
const ADDRESS = [`${POD}_annotation_prometheus_io_port`, `${POD}_ip`];
const REST = [
  rule('replace', [`${POD}_annotation_prometheus_io_scheme`], '(https?)', '__scheme__'),
  rule('replace', ADDRESS, '(\\d+);(([A-Fa-f0-9]{1,4}::?){1,7}[A-Fa-f0-9]{1,4})', '__address__'),
  rule('replace', ADDRESS, '(\\d+);((([0-9]+?)(\\.|$)){4})', '__address__'),
  `  - separator: ;\n    regex: ${POD}_label_(.+)\n    replacement: $1\n    action: labelmap\n`,
  rule('replace', ['__meta_kubernetes_namespace'], '(.*)', 'namespace'),
  rule('replace', [`${POD}_name`], '(.*)', 'pod'),
  rule('drop', [`${POD}_phase`], 'Pending|Succeeded|Failed|Completed'),
].join('');
const NOT_SLOW = rule('drop', [`${POD}_annotation_prometheus_io_scrape_slow`], 'true');
const SLOW = rule('keep', [`${POD}_annotation_prometheus_io_scrape_slow`], 'true');

const services = job(
  'kubernetes-service-endpoints',
  rule('keep', ['__meta_kubernetes_service_annotation_prometheus_io_scrape'], 'true') +
    rule('replace', ['__meta_kubernetes_service_annotation_prometheus_io_path'], '(.+)', '__metrics_path__'),
  { role: 'endpoints' },
);

/** As the community's chart has it: Services and pods by annotation, and slow ones apart. */
export const CHART = [
  BEGIN,
  services,
  job('kubernetes-pods', KEEP + NOT_SLOW + TAKE_PATH + REST),
  job('kubernetes-pods-slow', SLOW + TAKE_PATH + REST, { interval: '5m' }),
].join('');
/** Nothing goes by annotations. */
export const NONE = BEGIN;
/** Only Services do. */
export const SERVICES = BEGIN + services;
/** Pods do, by an annotation of the company's own. */
export const OTHER_PREFIX =
  BEGIN + job('app-pods', rule('keep', [`${POD}_annotation_example_com_scrape`], 'true') + TAKE_PATH + REST);

/** A configuration with one more job. */
export function having(one: string): string {
  return BEGIN + one;
}

/** The body of an answer of `/api/v1/status/config`. */
export function configAnswer(yaml: string): string {
  return JSON.stringify({ status: 'success', data: { yaml } });
}
