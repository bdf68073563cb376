import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFORMANT_ADDONS, CONFORMANT_NODES, snapshot } from '../lab/lab.ts';
import { checklist } from '../src/program/checklist.ts';
import { LabRig } from './lab-rig/lab-rig.ts';
import { ROOT, reportIn } from './run-cli.ts';

/** What `make run` does, by the built CLI: every MUST, both ways, side by side, on the lab that meets them. */
const rig = new LabRig('test-every-must');

beforeAll(async () => {
  await rig.up({ nodes: CONFORMANT_NODES, addons: CONFORMANT_ADDONS });
});
afterAll(() => rig.down());

it('every MUST passes on the conformant lab, nothing stays behind, and the evidence bears it out', {
  timeout: 900_000,
}, async () => {
  const out = join(rig.folder, 'run');
  rmSync(out, { recursive: true, force: true });
  const said = openSync(join(rig.folder, 'said'), 'w');
  const run = spawn(join(ROOT, 'plimsoll'), ['run', '--allow-scale', '--kubeconfig', rig.kubeconfig, '--out', out], {
    stdio: ['ignore', said, said],
  });
  const ended = await once(run, 'exit');
  const report = reportIn(out);
  const musts = checklist('1.37').requirements.filter(({ level }) => level === 'MUST');
  const verdicts = report.requirements.filter(({ level }) => level === 'MUST');
  expect(
    verdicts.map(({ id, verdict }) => [id, verdict.outcome, verdict.outcome === 'pass' ? '' : verdict.because]),
  ).toEqual(musts.map(({ id }) => [id, 'pass', '']));
  expect(report.cases.filter(({ outcome }) => outcome === 'fail').map(({ id, because }) => [id, because])).toEqual([]);
  expect(ended).toEqual([0, null]);
  expect(report.leftovers).toEqual([]);
  expect((await snapshot(rig.cluster)).filter((line) => line.includes(report.run.id))).toEqual([]);
  const verify = spawn(join(ROOT, 'plimsoll'), ['verify', out], { stdio: 'ignore' });
  expect(await once(verify, 'exit')).toEqual([0, null]);
});
