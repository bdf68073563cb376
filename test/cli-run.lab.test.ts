import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunnerLab } from '../src/runner/testing/runner-lab.ts';
import { plimsoll, ROOT } from './run-cli.ts';

/** The built CLI against a real API server with controllers and without nodes: what a user meets on the command line. */
let lab: RunnerLab;
let before: string[];
let cwd: string;
beforeAll(async () => {
  lab = await RunnerLab.start();
  before = await lab.everything();
});
beforeEach(() => {
  cwd = mkdtempSync(join(lab.folders, 'cli-'));
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

const DRA = ['--only', 'dra_support', '--checklist', '1.35'];
const args = (command: string, ...more: string[]): string[] => [command, '--kubeconfig', lab.kubeconfig, ...more];

/** Starts a run and resolves when it has made its first namespace. */
async function started(): Promise<{ child: ChildProcess; ended: Promise<number | null> }> {
  const child = spawn(join(ROOT, 'plimsoll'), args('run', ...DRA, '--out', 'run'), {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const watch = lab.cluster.watch('v1/Namespace', { labels: 'plimsoll.dev/run', timeoutMs: 30_000 });
  for await (const event of watch) if (event.type === 'ADDED') break;
  return { child, ended };
}

describe('plimsoll run', () => {
  it('writes a sealed folder with reports that verifies, leaves nothing, and ends with 2 where it cannot tell', async () => {
    const run = await plimsoll(args('run', ...DRA, '--out', join(cwd, 'run')), { cwd });
    expect([run.code, run.stderr]).toEqual([2, '']);
    expect(run.stdout).toContain('MUST   dra_support: inconclusive');
    expect(run.stdout).toContain('A pass of this tool is not a certification.');
    const files = readdirSync(join(cwd, 'run'));
    expect(files.sort()).toEqual([
      'cases',
      'events.jsonl',
      'inventory-objects.jsonl',
      'inventory.json',
      'junit.xml',
      'ledger.jsonl',
      'manifest.json',
      'report.html',
      'report.json',
      'summary.md',
    ]);
    expect(await lab.everything()).toEqual(before);

    const verified = await plimsoll(['verify', join(cwd, 'run')]);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
    const ledger = join(cwd, 'run', 'ledger.jsonl');
    writeFileSync(ledger, readFileSync(ledger, 'utf8').replace('create', 'creatd'));
    const forged = await plimsoll(['verify', join(cwd, 'run')]);
    expect(forged.code).toBe(1);
    expect(forged.stdout).toMatch(/differs ledger\.jsonl: was changed after the run was sealed/);
  });

  it('prints events as JSON lines, the same as in the folder', async () => {
    const run = await plimsoll(
      args(
        'run',
        '--only',
        'dra_support/object-lifecycle',
        '--checklist',
        '1.35',
        '--format',
        'json',
        '--out',
        join(cwd, 'run'),
      ),
    );
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.at(-1)).toMatchObject({ event: 'run-ended', exitCode: 2 });
    expect(run.stdout).toBe(readFileSync(join(cwd, 'run/events.jsonl'), 'utf8'));
    // Of the requirement only a part was run: no verdict of it, however well the part went.
    expect(events.filter((one) => one.event === 'verdict')).toMatchObject([
      { requirement: 'dra_support', outcome: 'inconclusive' },
    ]);
  });

  it.each([
    ['no kubeconfig at all', [], { KUBECONFIG: '', HOME: '/nowhere' }, 4, 'plimsoll lab up --with conformant'],
    ['a kubeconfig that is not there', ['--kubeconfig', '/nowhere/config'], {}, 4, '/nowhere/config'],
    ['a folder that cannot be made', ['--out', '/proc/nowhere/run'], undefined, 3, 'run-folder'],
    ['a case that does not exist', ['--only', 'gang_sheduling'], undefined, 3, 'gang_scheduling'],
    ['a checklist that does not exist', ['--checklist', '1.99'], undefined, 3, '1.37'],
    ['a budget factor that is none', ['--budget-factor', 'x'], undefined, 3, 'bad-factor'],
  ])('says what to do about %s', async (_name, more, env, code, words) => {
    const run = await plimsoll(env === undefined ? args('run', ...more) : ['run', ...more], {
      cwd,
      ...(env === undefined ? {} : { env }),
    });
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toContain(words);
    expect(readdirSync(cwd)).toEqual([]);
    expect(await lab.everything()).toEqual(before);
  });

  it('tears down at Ctrl-C and ends with 130', async () => {
    const { child, ended } = await started();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await lab.everything()).toEqual(before);
    expect((await plimsoll(['verify', join(cwd, 'run')])).code).toBe(0);
  });
});

describe('plimsoll cleanup', () => {
  it('removes what a killed run left, by its folder', async () => {
    const { child, ended } = await started();
    child.kill('SIGKILL');
    await ended;
    expect((await plimsoll(['verify', join(cwd, 'run')])).stderr).toContain('run-not-sealed');
    const dry = await plimsoll(args('cleanup', '--dry-run', join(cwd, 'run')));
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('would remove Namespace plimsoll-')]);
    const cleaned = await plimsoll(args('cleanup', join(cwd, 'run')));
    expect([cleaned.code, cleaned.stderr]).toEqual([0, '']);
    expect(cleaned.stdout).toMatch(/nothing is left\n$/);
    expect(await lab.everything()).toEqual(before);
    expect((await plimsoll(args('cleanup', join(cwd, 'run')))).stdout).toContain('0 objects to remove');
  });

  it('removes it from anywhere by labels, once it is told which run', async () => {
    const { child, ended } = await started();
    child.kill('SIGKILL');
    await ended;
    const which = await plimsoll(args('cleanup'), { cwd: tmpdir() });
    expect([which.code, which.stderr]).toEqual([3, expect.stringContaining('there are things of 1 runs')]);
    const cleaned = await plimsoll(args('cleanup', '--all'), { cwd: tmpdir() });
    expect([cleaned.code, cleaned.stderr]).toEqual([0, '']);
    expect(await lab.everything()).toEqual(before);
    expect((await plimsoll(args('cleanup', '--all'))).stdout).toBe('Nothing is left of any run.\n');
  });

  it('refuses a run that is still at work, and the record of another cluster', async () => {
    const { child, ended } = await started();
    const atWork = await plimsoll(args('cleanup', join(cwd, 'run')));
    expect([atWork.code, atWork.stderr]).toEqual([3, expect.stringContaining('run-at-work')]);
    child.kill('SIGINT');
    await ended;
    const ledger = join(cwd, 'run', 'ledger.jsonl');
    const [first = '', ...rest] = readFileSync(ledger, 'utf8').split('\n');
    const entry = JSON.parse(first) as Record<string, unknown>;
    rmSync(ledger);
    appendFileSync(ledger, [JSON.stringify({ ...entry, fingerprint: 'f'.repeat(64) }), ...rest].join('\n'));
    const other = await plimsoll(args('cleanup', join(cwd, 'run')));
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('other-cluster')]);
  });
});

describe('plimsoll plan, rbac and images', () => {
  it('say what a run would do and write nothing', async () => {
    const plan = await plimsoll(args('plan', ...DRA));
    expect([plan.code, plan.stderr]).toEqual([0, '']);
    expect(plan.stdout).toContain('dra_support/object-lifecycle');
    expect(plan.stdout).toContain('Nothing has been written.');
    const json = JSON.parse((await plimsoll(args('plan', ...DRA, '--format', 'json'))).stdout) as {
      cases: unknown[];
      missing: unknown[];
    };
    expect(json.cases.length).toBeGreaterThan(3);
    expect(json.missing).toEqual([]);
    const images = await plimsoll(args('images', ...DRA, '--image', 'mirror.example/busybox:1'));
    expect([images.code, images.stdout]).toEqual([0, 'mirror.example/busybox:1\n']);
    const rbac = await plimsoll(args('rbac', ...DRA, '--service-account', 'default/tester'));
    expect([rbac.code, rbac.stderr]).toEqual([0, '']);
    expect(rbac.stdout).toContain('kind: ClusterRoleBinding');
    expect(await lab.everything()).toEqual(before);
  });
});
