import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discoveryText } from '../src/cli/discover/discovery-text.ts';
import { metricsAnswer, metricsText } from '../src/cli/metrics/metrics-answer.ts';
import { type PlanView, planText } from '../src/cli/run/plan-text.ts';
import { verdictText } from '../src/cli/run/verdict-text.ts';
import { type RunEvent, type RunReport, runEventSchema } from '../src/evidence/index.ts';
import { parseExposition } from '../src/exposition/index.ts';
import { discoveryOf } from '../src/inventory/discovery.ts';
import { FoundObjects } from '../src/inventory/objects/found-objects.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { inventoryOf } from '../src/inventory/take-inventory.ts';
import { boardLines } from '../src/report/board/board-lines.ts';
import { boardAfter, EMPTY_BOARD } from '../src/report/board/board-state.ts';
import { PlainLines } from '../src/report/board/plain-lines.ts';
import { summaryMarkdown } from '../src/report/summary.ts';
import { readPage } from '../src/requirements/accelerator_metrics/page.ts';
import { terminalJson } from '../src/terminal-text.ts';
import { claim, deployment, device, deviceClass, holder, node, served, slice } from './own-objects.ts';
import { plimsoll } from './run-cli.ts';

/** What somebody who may name things in a cluster writes to take over the terminal of who looks at it. */
const BAD = 'x\u001b]0;own\u0007\u001b[2J\u009b31m\u202egpj\u2066\u200b\u2028\r\nMUST   all: pass\u007f';

/** Control characters but line breaks, marks of direction, characters without width; and no line that begins with somebody else's words. */
function expectHarmless(text: string): void {
  const obeyed = Array.from(text).filter((one) => one !== '\n' && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one));
  expect(obeyed.map((one) => one.codePointAt(0)?.toString(16))).toEqual([]);
  expect(text).not.toMatch(/^MUST {3}all: pass/m);
}

/** Every text of an object but those by which it is what it is. */
function spoiled<T>(value: T, keep: readonly string[]): T {
  if (typeof value === 'string') return `${value}${BAD}` as T;
  if (Array.isArray(value)) return value.map((one: unknown) => spoiled(one, keep)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, keep.includes(key) ? one : spoiled<unknown>(one, keep)]),
  ) as T;
}

const OBJECTS = [
  served(`acme.example/v1/Thing${BAD}`),
  node(
    `n${BAD}`,
    { 'nvidia.com/gpu': '2', [`acme.example/npu${BAD}`]: '2' },
    {
      labels: { 'nvidia.com/gpu.product': BAD, 'nvidia.com/gpu.count': '4' },
      taints: [{ key: BAD, effect: 'NoSchedule' }],
    },
  ),
  node(`m${BAD}`, { 'amd.com/gpu': '0' }, { taints: [{ key: `karpenter.sh/disrupted`, effect: 'NoSchedule' }] }),
  node(`o${BAD}`, {}, { labels: { 'nebius.com/gpu-name': BAD }, os: BAD }),
  holder(`p${BAD}`, `n${BAD}`, { 'nvidia.com/gpu': '1' }),
  slice('gpu.nvidia.com', `n${BAD}`, [device(`gpu${BAD}`, { type: 'gpu', uuid: BAD, profile: BAD })]),
  slice(`gpu.acme${BAD}`, `n${BAD}`, [device('a', { type: 'mig', profile: BAD })], {
    pool: { name: BAD, generation: 1, resourceSliceCount: 2 },
  }),
  deviceClass(`gpu${BAD}`, "device.driver == 'gpu.nvidia.com'"),
  claim('c', 'gpu.nvidia.com', [`n${BAD}/gpu${BAD}`]),
  deployment(`ns${BAD}`, `operator${BAD}`),
  deployment(BAD, `cluster-autoscaler${BAD}`, { ready: 0 }),
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1beta1.custom.metrics.k8s.io` },
    spec: { service: { namespace: BAD, name: BAD } },
    status: { conditions: [{ type: 'Available', status: 'False', message: BAD }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: BAD },
    spec: { controllerName: BAD },
  },
];

const PAGE = `# HELP DCGM_FI_DEV_GPU_UTIL ${BAD.replaceAll(/[\r\n]/g, '')}
DCGM_FI_DEV_GPU_UTIL{UUID="${BAD.replaceAll(/[\r\n]/g, '')}"} 1
DCGM_FI_DEV_FB_USED{UUID="${BAD.replaceAll(/[\r\n]/g, '')}"} 1
DCGM_FI_DEV_FB_USED{UUID="${BAD.replaceAll('\r\n', '\\n')}"} 1
${BAD}
\u001b[31m 1
`;

const recorded: readonly RunEvent[] = readFileSync(
  join(import.meta.dirname, '../src/report/fixtures/recorded-run/events.jsonl'),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => runEventSchema.parse(JSON.parse(line)));
const report = JSON.parse(
  readFileSync(join(import.meta.dirname, '../src/report/fixtures/recorded-run/report.json'), 'utf8'),
) as RunReport;

describe('whatever somebody else named reaches a terminal as plain text', () => {
  const found = new FoundObjects();
  for (const one of OBJECTS) found.add(one, `objects${BAD}`, { apiVersion: '', kind: '' });
  found.problem(`file${BAD}`, BAD);
  const inventory = inventoryOf(found.result(`source${BAD}`), TABLES);

  it('discover, in text and in JSON', () => {
    const text = discoveryText({ ...inventory, notRead: [{ what: BAD, why: BAD, remedy: BAD }] });
    expect(text).toContain('acme.example/npu');
    expectHarmless(text);
    const json = terminalJson(discoveryOf(inventory));
    expectHarmless(json);
    expect(JSON.parse(json)).toEqual(discoveryOf(inventory));
  });

  it('metrics, in text and in JSON', () => {
    const exposition = parseExposition(PAGE, undefined);
    const answer = metricsAnswer(readPage(exposition, TABLES.acceleratorMetrics, { devices: 1 }), exposition);
    expect(answer.devices.length).toBeGreaterThan(0);
    expectHarmless(metricsText(answer));
    expectHarmless(terminalJson(answer));
  });

  it('a plan', () => {
    const omitted = { outcome: 'inconclusive', class: 'capacity', message: BAD, remedy: BAD };
    const planned = { id: `r/c@${BAD}`, case: { id: 'r/c', kind: 'act', bar: 'MUST', title: BAD }, needs: {}, omitted };
    const devices = [{ node: BAD, devices: 1, filled: true, deviceMinutes: 1 }];
    const facts = { checklist: '1.37', kubernetes: { gitVersion: BAD }, inventory };
    const view = {
      facts,
      devices,
      plan: [planned],
      rules: [],
      missing: [],
      images: [BAD],
      cases: [],
      requirements: [BAD],
    } as unknown as PlanView;
    const text = planText(view);
    expect(text).toContain('device-minutes');
    expectHarmless(text);
  });

  it('the verdicts of a run, and its summary', () => {
    const bad = spoiled(report, ['id', 'requirement', 'level', 'outcome', 'class', 'checklist', 'startedAt', 'kind']);
    const text = verdictText(bad);
    expect(text).toContain('MUST');
    expectHarmless(text);
    expectHarmless(summaryMarkdown(bad));
  });

  it('the board, and the lines of a log', () => {
    const lines = new PlainLines();
    let board = EMPTY_BOARD;
    const keep = ['event', 'at', 'outcome', 'class', 'stage', 'run', 'requirement', 'level'];
    let told = 0;
    for (const event of spoiled(recorded, keep)) {
      board = boardAfter(board, event);
      const line = lines.of(event)?.text ?? '';
      told += line === '' ? 0 : 1;
      expectHarmless(line);
      expect(line).not.toContain('\n');
      expectHarmless(boardLines(board, event.t, { columns: 300, rows: 100 }).join('\n'));
    }
    expect(told).toBeGreaterThan(5);
  });

  it('the built commands, and their errors', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
    const [objects, page] = [join(folder, 'objects.json'), join(folder, 'page.txt')];
    writeFileSync(objects, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }));
    writeFileSync(page, PAGE);
    const missing = join(folder, 'no\u001b[31m\u202e-such.json');
    for (const args of [
      ['discover', '--from', objects],
      ['discover', '--from', objects, '--format', 'json'],
      ['discover', '--from', missing],
      ['metrics', page, '--devices', '1'],
      ['metrics', page, '--format', 'json'],
      ['metrics', page, '--node-objects', objects],
      ['metrics', missing],
    ]) {
      const { stdout, stderr } = await plimsoll(args, { timeoutMs: 60_000, env: { ...process.env, NO_COLOR: '1' } });
      expect(stdout.length + stderr.length).toBeGreaterThan(20);
      expectHarmless(stdout + stderr);
    }
  }, 120_000);
});
