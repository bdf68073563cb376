import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { snapshot } from '../../lab/lab.ts';
import type { RunReport } from '../../src/evidence/index.ts';
import { checklist } from '../../src/program/checklist.ts';
import { ROOT, reportIn } from '../run-cli.ts';
import type { LabRig } from './lab-rig.ts';

/**
 * Runs everything on a lab by the built CLI, as `make run` does: every MUST has to pass and no case to fail, nothing may stay behind, and
 * the evidence has to bear it out.
 */
export async function everyMustPasses(rig: LabRig): Promise<RunReport> {
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
  return report;
}
