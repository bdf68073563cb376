import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_LABEL } from '../../../lab/accelerators/accelerator.ts';
import { EXPORTER_NAMESPACE } from '../../../lab/accelerators/exporter-objects.ts';
import { type Lie, lie, placeLyingProxies } from '../../../lab/accelerators/testing/lying-exporter.ts';
import { TestLab } from '../../../lab/accelerators/testing/test-lab.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import type { RunReport } from '../../evidence/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { cases } from './cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'accelerator-metrics-'));
let lab: TestLab;

beforeAll(async () => {
  lab = await TestLab.up('test-metrics', [
    { name: 'plugin', accelerators: 2, mode: 'device-plugin' },
    { name: 'dra', accelerators: 2, mode: 'dra' },
  ]);
});
afterAll(async () => {
  await lab?.down();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a case (or both), on some of the nodes, with some of the tables of metrics. */
const tried = (
  only?: 'every-device-is-measured' | 'load-shows-on-its-device',
  nodes = ['plugin', 'dra'],
  acceleratorMetrics = TABLES.acceleratorMetrics,
): Promise<RunReport> =>
  provenRun(
    { cluster: lab.cluster, folder },
    {
      requirement: 'accelerator_metrics',
      cases,
      only: only === undefined ? undefined : [only],
      tables: { ...TABLES, acceleratorMetrics },
      shown: (whole) => ({ ...whole, accelerators: whole.accelerators.filter(({ node }) => nodes.includes(node)) }),
    },
  );

/** The outcomes of all cases, and the messages of whatever did not pass. */
function said(report: RunReport): string {
  return report.cases
    .filter(({ ms }) => ms !== undefined)
    .map(({ outcome, findings }) => {
      const found = findings.filter((finding) => finding.outcome !== 'pass' && finding.outcome !== 'info');
      return [outcome, ...found.map(({ claim, message }) => `${claim}: ${message}`)].join(' | ');
    })
    .join('\n');
}

describe('the lab as it is', () => {
  it('passes on both ways of handing accelerators out, and names the device that works', async () => {
    const report = await tried();
    expect(said(report)).toBe('pass\npass\npass');
    expect(report.requirements).toMatchObject([{ id: 'accelerator_metrics', verdict: { outcome: 'pass' } }]);
    const messages = report.cases.flatMap(({ findings }) => findings.map(({ message }) => message)).join('\n');
    expect(messages).toMatch(/ACC-\S+ off, on as load-2 worked \((the kubelet gave it|its container was told) ACC-/);
    expect(messages).toMatch(/ACC-\S+ on, off as load-1 worked \(its claim was allocated accelerator-\d/);
  });
});

/** What the case says of each lie that shows at rest. */
const AT_REST = {
  honest: /^pass$/,
  'no-memory': /^fail .*ACC-\S+ has no used memory; ACC-\S+ has no used memory;/,
  'one-device': /^fail .*1 devices are told of, there are 2/,
  'only-declared': /^fail .*0 devices are told of, there are 2 .* is declared and has no series$/,
  sum: /^fail .*hw_gpu_utilization_ratio names no device/,
  'only-copy-engine': /^fail .*ACC-\S+ has no utilisation/,
  twice: /^fail .*well-formed exposition: .*the series hw_gpu_utilization_ratio.* stands there twice/,
  html: /^fail .*is refused: this is no Prometheus or OpenMetrics exposition: its Content-Type is "text\/html"/,
} satisfies Partial<Record<Lie, RegExp>>;
/** What the other case says of each lie that shows under load. */
const UNDER_LOAD = {
  swapped:
    /^fail .*shows in the utilisation of that one.*: .*load-1 worked on, off \(.*ACC-\S+\), and it shows on ACC-/,
  'all-alike': /^fail .*told: ACC-\S+ on, on; ACC-\S+ on, on/,
  'second-is-zero':
    /^fail .*and it shows on no device; told: (ACC-\S+ on, off; ACC-\S+ off, off|ACC-\S+ off; ACC-\S+ off)/,
  'who-holds': /^fail .*whose holders rest are told as idle: ACC-\S+ is at 100 %/,
  'wrong-unit': /^fail .*are possible: ACC-\S+: \d+ bytes used of 1073741824/,
} satisfies Partial<Record<Lie, RegExp>>;

function matching(wanted: Readonly<Record<string, RegExp>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(wanted).map(([how, pattern]) => [how, expect.stringMatching(pattern)]));
}

describe('mutants, a proxy in front of the real exporters', () => {
  beforeAll(async () => {
    await placeLyingProxies(lab, 2);
  });

  it('are found: told wrongly at rest, told wrongly under load', async () => {
    // On one node the values stand still, which takes the whole 90 s to be sure of; meanwhile the other node shows everything else.
    await lie(lab, 'dra', 'frozen');
    const told: Partial<Record<Lie, string>> = {};
    const others = async (): Promise<void> => {
      for (const how of Object.keys(AT_REST) as Lie[]) {
        await lie(lab, 'plugin', how);
        told[how] = said(await tried('every-device-is-measured', ['plugin']));
      }
      for (const how of Object.keys(UNDER_LOAD) as Lie[]) {
        await lie(lab, 'plugin', how);
        told[how] = said(await tried('load-shows-on-its-device', ['plugin']));
      }
    };
    const [frozen] = await Promise.all([tried('load-shows-on-its-device', ['dra']), others()]);
    expect({ ...told, frozen: said(frozen) }).toEqual({
      ...matching({ ...AT_REST, ...UNDER_LOAD }),
      frozen: expect.stringMatching(
        /^fail \| a load on each accelerator of dra .*it shows on no device; .*told: ACC-\S+ off; ACC-\S+ off/,
      ),
    });
  });

  it('cannot know where no table has the names, and tells which series behave like them', async () => {
    await lie(lab, 'plugin', 'honest');
    const others = TABLES.acceleratorMetrics.filter(({ id }) => id !== 'opentelemetry');
    expect(said(await tried('load-shows-on-its-device', ['plugin'], others))).toMatch(
      /^inconclusive .*no table knows these names(?=.*hw_gpu_utilization_ratio\{\S* went from \S+ to \S+ and behaves as utilisation)(?=.*hw_gpu_memory_usage_bytes\{\S* went from 0 to \d+ and behaves as used memory)/,
    );
  });

  it('a node without an exporter, where others have one', async () => {
    await lie(lab, 'plugin', 'honest');
    await lab.cluster.patch(
      { apiVersion: 'v1', kind: 'Node', name: 'dra' },
      { metadata: { labels: { [MODEL_LABEL]: null } } },
    );
    const left = { namespace: EXPORTER_NAMESPACE, fields: 'spec.nodeName=dra' };
    await expect.poll(() => lab.cluster.list('v1/Pod', left).all(), { timeout: 30_000, interval: 500 }).toEqual([]);
    expect(said(await tried('every-device-is-measured'))).toMatch(
      /^fail .*accelerators on dra: .* asked on it, none tells of accelerators; plugin has one$/,
    );
  });
});
