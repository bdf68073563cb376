// `make vendors`: a lab and a run for each accelerator set-up (those named, or all), one summary each in docs/platforms. A set-up whose
// summary is of this very commit is left out, so that what was cut off goes on where it was; --again makes them anew.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../lab/box/run.ts';
import { labDown, labUp, SETUPS, setupNamed } from '../lab/lab.ts';
import { printProgress } from '../lab/progress/print-progress.ts';
import { type PlatformSummary, REQUIREMENTS, summarise } from './platforms/summary.ts';

const LAB = 'vendors';
const ROOT = resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { again: { type: 'boolean' } } });
const setups = positionals.length > 0 ? positionals.map(setupNamed) : SETUPS;
const commit = (await run(['git', '-C', ROOT, 'rev-parse', 'HEAD'])).output.trim();
const progress = printProgress();
const failed: string[] = [];

for (const { name, summary, relaxed } of setups) {
  const file = join(ROOT, 'docs', 'platforms', `${name}.json`);
  if (values.again !== true && isOf(commit, file)) {
    progress.note(`${name}: ${file} is of this commit already`);
    continue;
  }
  const facts = { setup: name, summary, ...(relaxed === undefined ? {} : { relaxed }), commit };
  try {
    writeFileSync(file, `${JSON.stringify(await runOn(facts), undefined, 2)}\n`);
  } catch (error) {
    // The others are worth having all the same.
    failed.push(name);
    progress.note(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (failed.length > 0) {
  progress.note(`no run on ${failed.join(', ')}: call it again when that is mended`);
  process.exitCode = 1;
}

function isOf(wanted: string, file: string): boolean {
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as PlatformSummary).commit === wanted;
}

async function runOn(facts: Omit<Parameters<typeof summarise>[1], 'seconds'>): Promise<PlatformSummary> {
  const out = join(ROOT, 'plimsoll-run-vendors', facts.setup);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(ROOT, 'plimsoll-run-vendors'), { recursive: true });
  const began = performance.now();
  const lab = await labUp(
    { name: LAB, nodes: [{ name: 'node-1', accelerators: 2, setup: facts.setup }, {}] },
    progress,
  );
  try {
    const up = secondsSince(began);
    const end = progress.step(`run on ${facts.setup}`);
    const ran = performance.now();
    await runTool(lab.kubeconfig, out);
    const seconds = { up, run: secondsSince(ran) };
    end();
    return summarise(readFileSync(join(out, 'report.json'), 'utf8'), { ...facts, seconds });
  } finally {
    await labDown(LAB, progress);
  }
}

/** A verdict of any kind is a result; only a run without a report is none. */
async function runTool(kubeconfig: string, out: string): Promise<void> {
  const said = openSync(`${out}.log`, 'w');
  const args = ['run', '--kubeconfig', kubeconfig, '--only', REQUIREMENTS.join(','), '--out', out];
  const child = spawn(join(ROOT, 'plimsoll'), args, { stdio: ['ignore', said, said] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (!existsSync(join(out, 'report.json')))
    throw new Error(`the run ended with ${code} and no report: see ${out}.log`);
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}
