import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFORMANT_ADDONS, CONFORMANT_NODES, labDown, labUp, silent, snapshot } from '../lab/lab.ts';
import { labDirectory } from '../lab/state/lab-directory.ts';
import type { RunReport } from '../src/evidence/index.ts';
import { connect } from '../src/kube/connect.ts';
import { checklist } from '../src/program/checklist.ts';
import { ROOT } from './run-cli.ts';

/** What `make run` does, by the built CLI: every MUST, both ways, side by side, on the lab that meets them. */
const NAME = 'test-every-must';
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-every-must-'));

beforeAll(async () => {
  await labDown(NAME, silent);
  await labUp({ name: NAME, nodes: CONFORMANT_NODES, addons: CONFORMANT_ADDONS }, silent);
});
afterAll(async () => {
  await labDown(NAME, silent);
  rmSync(folder, { recursive: true, force: true });
});

it('every MUST passes on the conformant lab, nothing stays behind, and the evidence bears it out', {
  timeout: 900_000,
}, async () => {
  const { kubeconfig } = labDirectory(NAME);
  const out = join(folder, 'run');
  rmSync(out, { recursive: true, force: true });
  const said = openSync(join(folder, 'said'), 'w');
  const run = spawn(join(ROOT, 'plimsoll'), ['run', '--allow-scale', '--kubeconfig', kubeconfig, '--out', out], {
    stdio: ['ignore', said, said],
  });
  const ended = await once(run, 'exit');
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as RunReport;
  const musts = checklist('1.37').requirements.filter(({ level }) => level === 'MUST');
  const verdicts = report.requirements.filter(({ level }) => level === 'MUST');
  expect(
    verdicts.map(({ id, verdict }) => [id, verdict.outcome, verdict.outcome === 'pass' ? '' : verdict.because]),
  ).toEqual(musts.map(({ id }) => [id, 'pass', '']));
  expect(report.cases.filter(({ outcome }) => outcome === 'fail').map(({ id, because }) => [id, because])).toEqual([]);
  expect(ended).toEqual([0, null]);
  expect(report.leftovers).toEqual([]);
  const cluster = await connect({ kubeconfig });
  try {
    expect((await snapshot(cluster)).filter((line) => line.includes(report.run.id))).toEqual([]);
  } finally {
    await cluster.close();
  }
  const verify = spawn(join(ROOT, 'plimsoll'), ['verify', out], { stdio: 'ignore' });
  expect(await once(verify, 'exit')).toEqual([0, null]);
});
