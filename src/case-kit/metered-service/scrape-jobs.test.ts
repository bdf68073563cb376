import { describe, expect, it } from 'vitest';
import { redaction } from '../../evidence/redact/redact.ts';
import { whyNotScraped } from './annotation-jobs.ts';
import { shapeOf } from './monitor-shapes.ts';
import { jobOf, readScrapeJobs } from './scrape-jobs.ts';
import {
  CHART,
  configAnswer,
  having,
  job,
  KEEP,
  NONE,
  OTHER_PREFIX,
  rule,
  SERVICES,
  TAKE_PATH,
} from './testing/configurations.ts';

const annotations = shapeOf({ shape: 'annotations', labels: {}, namespaceLabels: {} }).annotations ?? {};
const POD = '__meta_kubernetes_pod';

function why(yaml: string, namespace = 'ns-1'): string | undefined {
  const jobs = readScrapeJobs(200, configAnswer(yaml));
  if (typeof jobs === 'string') throw new Error(jobs);
  // What is recorded is JSON, and is read once more.
  const recorded = (JSON.parse(JSON.stringify(jobs)) as unknown[]).map((one) => jobOf(one));
  expect(recorded).toEqual(jobs);
  return whyNotScraped(recorded, { namespace, annotations });
}

const one = (rules: string, how: Parameters<typeof job>[2] = {}): string | undefined =>
  why(having(job('pods', rules, how)));

describe('a configuration that follows the annotations of pods', () => {
  it("is the community chart's", () => {
    expect(why(CHART)).toBeUndefined();
  });

  it('needs the two rules only, whatever is written around them', () => {
    expect(one(KEEP + TAKE_PATH)).toBeUndefined();
    expect(one(KEEP.replace('regex: true', 'regex: "(?i)TRUE|yes"') + TAKE_PATH)).toBeUndefined();
    const bare = `scrape_configs:
- job_name: pods
  kubernetes_sd_configs: [{role: pod}]
  relabel_configs:
  - {source_labels: [${POD}_annotation_prometheus_io_scrape], action: keep, regex: true}
  - {source_labels: [${POD}_annotation_prometheus_io_path], target_label: __metrics_path__}
`;
    expect(why(bare)).toBeUndefined();
  });

  it('may choose by what the pods are known to have', () => {
    const more = [
      rule('keep', [`${POD}_container_port_name`], 'http.*'),
      rule('drop', [`${POD}_container_init`], 'true'),
      rule('drop', [`${POD}_annotation_prometheus_io_probe`], '.+'),
      rule('keep', ['__meta_kubernetes_namespace', `${POD}_container_port_number`], 'ns-.*;8080'),
    ];
    expect(one(KEEP + TAKE_PATH + more.join(''))).toBeUndefined();
    expect(
      one(KEEP + TAKE_PATH, { discovery: '    namespaces:\n      own_namespace: false\n      names: [ns-1]\n' }),
    ).toBeUndefined();
  });
});

describe('a configuration that does not', () => {
  it('says what there is instead: nothing, Services, or another annotation', () => {
    expect(why(NONE)).toBe('none of its 2 scrape jobs follows prometheus.io/scrape on pods');
    expect(why('global: {}\n')).toBe('none of its 0 scrape jobs follows prometheus.io/scrape on pods');
    expect(why(SERVICES)).toMatch(
      /none of its 3 .*\(kubernetes-service-endpoints goes by the annotation prometheus_io_scrape of Services\)/,
    );
    expect(why(OTHER_PREFIX)).toMatch(/\(app-pods goes by the annotation example_com_scrape of pods\)/);
  });

  it('finds pods behind Services only, of which the service has none when it asks by annotations', () => {
    expect(one(KEEP + TAKE_PATH, { role: 'endpoints' })).toMatch(
      /none of its 3 .*\(pods goes by the annotation prometheus_io_scrape of pods behind Services\)/,
    );
    const elsewhere = '  - role: pod\n    namespaces:\n      names: [apps]\n';
    expect(one(KEEP + TAKE_PATH, { role: 'endpoints', discovery: elsewhere })).toMatch(/looks only at some namespaces/);
  });

  it('does so for the slow only, or for those that do not say no', () => {
    expect(one(rule('keep', [`${POD}_annotation_prometheus_io_scrape_slow`], 'true') + TAKE_PATH)).toMatch(
      /none of its 3/,
    );
    expect(one(rule('drop', [`${POD}_annotation_prometheus_io_scrape`], 'false') + TAKE_PATH)).toMatch(/none of its 3/);
  });

  it('follows it, and not for these pods', () => {
    const metricsPort = rule('keep', [`${POD}_container_port_name`], '.*-metrics');
    expect(one(KEEP + metricsPort + TAKE_PATH)).toMatch(/^scrape job pods follows .* drops them \(keep by .*port_name/);
    expect(one(KEEP.replace('regex: true', 'regex: slow') + TAKE_PATH)).toMatch(/it drops them/);
    expect(one(KEEP)).toMatch(/does not take the path from prometheus.io\/path/);
    expect(one(KEEP + TAKE_PATH, { scheme: 'https' })).toMatch(/it scrapes by https/);
    expect(one(KEEP + TAKE_PATH, { interval: '5m' })).toMatch(/it scrapes only every 5m/);
    for (const discovery of [
      '    namespaces:\n      names: [apps]\n',
      '    namespaces:\n      own_namespace: true\n',
      '    selectors:\n    - {role: pod, label: team=ml}\n',
    ])
      expect(one(KEEP + TAKE_PATH, { discovery })).toMatch(/looks only at some namespaces/);
  });

  it('is not held to what cannot be told from here', () => {
    for (const [sources, regex] of [
      [['__tmp_hash'], '1'],
      [[`${POD}_node_name`], 'n1'],
      [[`${POD}_label_team`], 'ml'],
      [['__meta_kubernetes_namespace'], '(?P<any>.*)'],
    ] as const)
      expect(one(KEEP + rule('keep', sources, regex) + TAKE_PATH)).toMatch(/cannot be told/);
    expect(one(KEEP + rule('keepequal', [`${POD}_ip`], '(.*)', '__tmp_ip') + TAKE_PATH)).toMatch(/cannot be told/);
  });
});

it('says when the only job does not follow them', () => {
  expect(why('scrape_configs: [{job_name: self}]\n')).toBe(
    'its only scrape job does not follow prometheus.io/scrape on pods',
  );
});

it('is the same from the recorded answer, from which secrets have been taken, and in the mark', () => {
  const redact = redaction();
  const answer = configAnswer(CHART);
  expect(readScrapeJobs(200, String(redact(answer)))).toEqual(readScrapeJobs(200, answer));
  expect(redact(readScrapeJobs(200, answer))).toEqual(readScrapeJobs(200, answer));
});

describe('an answer that has no configuration', () => {
  it.each([
    [404, 'not found', /answered 404: not found/],
    [403, 'sign in', /answered 403/],
    [200, '<html>', /not JSON: <html>/],
    [200, '{"status":"success","data":{}}', /has no configuration/],
    [200, '{"status":"error","error":"x"}', /has no configuration/],
    [200, configAnswer('scrape_configs: [}'), /not well-formed YAML/],
  ])('%s %s', (status, body, said) => {
    expect(readScrapeJobs(status, body)).toMatch(said);
  });
});
