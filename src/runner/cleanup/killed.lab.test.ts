import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRun, RUN_FILES, readTimeline } from '../../evidence/index.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { cleanUp } from './clean-up.ts';
import { findByLabel } from './find-by-label.ts';
import { CleanupLog, pendingOf } from './run-folder-ledger.ts';

const program = join(import.meta.dirname, '../testing/run-process.ts');
const shared = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shared', namespace: 'default' },
  data: { size: '1' },
};

let lab: RunnerLab;
beforeAll(async () => {
  lab = await RunnerLab.start();
  await lab.cluster.create(shared);
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** Starts a run and kills it so many milliseconds after it said that it began. Returns its folder. */
async function killedAfter(ms: number): Promise<string> {
  const folders = mkdtempSync(join(lab.folders, 'killed-'));
  const child = spawn(process.execPath, [program, lab.kubeconfig, folders], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  setTimeout(() => child.kill('SIGKILL'), ms);
  await ended;
  const [run] = readdirSync(folders);
  return join(folders, run ?? '');
}

describe('kill -9', () => {
  it('at any moment leaves nothing that a cleanup does not remove, and readable timelines', async () => {
    const before = await lab.everything();
    // From the first write into the teardown. A run lasts at least the 5 s that the API server takes to let a namespace go: none is over by then.
    const moments = Array.from({ length: 10 }, (_, index) => Math.round(index * 450 + Math.random() * 300));
    for (const [index, ms] of moments.entries()) {
      const folder = await killedAfter(ms);
      const found = await findByLabel(lab.cluster);
      const { pending, atWork } = pendingOf(folder);
      expect(atWork).toBeUndefined();
      // By the ledger and, every other time, as from another machine.
      const log = new CleanupLog(folder);
      const task = {
        cluster: lab.cluster,
        run: pending.run ?? '',
        signal: AbortSignal.timeout(60_000),
        done: (entry: Parameters<CleanupLog['write']>[0]) => log.write(entry),
        progress: () => {},
      };
      const byLabel = found.runs.get(task.run);
      const todo = index % 2 === 0 || byLabel === undefined ? pending : byLabel;
      expect([ms, await cleanUp({ ...task, pending: todo })]).toEqual([ms, []]);
      log.close();
      expect([ms, await lab.everything()]).toEqual([ms, before]);
      expect(await lab.cluster.get({ ...shared, ...shared.metadata })).toMatchObject({
        data: { size: '1' },
        metadata: { name: 'shared' },
      });
      const now = await lab.cluster.get({ ...shared, ...shared.metadata });
      expect([now.metadata.labels, now.metadata.annotations]).toEqual([undefined, undefined]);
      if (index % 2 === 0) expect(pendingOf(folder).pending).toMatchObject({ objects: [], changes: [] });
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
        if (file.endsWith('timeline.jsonl'))
          expect(readTimeline(inRun(folder, file)).entries.length).toBeGreaterThan(0);
      expect(readdirSync(folder)).not.toContain(RUN_FILES.manifest);
      rmSync(folder, { recursive: true });
    }
  });
});
