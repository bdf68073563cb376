import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plimsoll, ROOT } from './run-cli.ts';

/** `plimsoll run` where no cluster is named, at a pseudo-terminal (script of util-linux) and without one. */
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-offer-'));
  // No kubeconfig, no labs, nothing built.
  env = { KUBECONFIG: '', HOME: folder, PLIMSOLL_LAB_ROOT: folder, PLIMSOLL_CACHE: folder, TERM: 'xterm' };
});

afterEach(() => rmSync(folder, { recursive: true }));

const DOWN = '\u001B[B';
const UP = '\u001B[A';
const ENTER = '\r';
const CTRL_C = '\u0003';

/** Runs at a terminal; when `cue` is on the screen, the keys are typed. */
async function atTerminal(
  args: string,
  cue: RegExp,
  keys: readonly string[],
): Promise<{ code: number; screen: string }> {
  const { KUBERNETES_SERVICE_HOST: _, NO_COLOR: __, ...rest } = process.env;
  const child = spawn('script', ['-qfec', `${resolve(ROOT, 'plimsoll')} ${args}`, '/dev/null'], {
    cwd: folder,
    env: { ...rest, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 15_000,
  });
  const { promise, resolve: ended } = Promise.withResolvers<number>();
  child.on('close', (code) => ended(code ?? -1));
  let screen = '';
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += stripVTControlCharacters(text);
    if (typed || !cue.test(screen)) return;
    typed = true;
    for (const key of keys) child.stdin.write(key);
  });
  return { code: await promise, screen };
}

const TO_TYPE = [
  'Name a cluster:            plimsoll run --only gang_scheduling --kubeconfig FILE   (or set KUBECONFIG)',
  'or try a lab, with root:   plimsoll lab up --with conformant',
  'then   plimsoll run --only gang_scheduling --lab',
];

describe('plimsoll run without a cluster', () => {
  it('offers a lab at a terminal, says what it costs, and otherwise what to type', async () => {
    const cue = /neither: tell me how to name a cluster/;
    const { code, screen } = await atTerminal('run --only gang_scheduling', cue, [UP, ENTER]);
    expect(screen).toContain('whose accelerators are simulated');
    expect(screen).toContain('stamped\r\n"simulated": nothing of it may go into a submission');
    expect(screen).toMatch(/bring up a lab "lab" with .*kueue/);
    expect(screen).toContain('[no-kubeconfig]');
    for (const line of TO_TYPE) expect(screen).toContain(line);
    expect(code).toBe(4);
  });

  it('ends at Ctrl-C with nothing done', async () => {
    const { code, screen } = await atTerminal('run', /neither/, [DOWN, CTRL_C]);
    expect(screen).toContain('nothing was chosen [interrupted]');
    expect(code).toBe(130);
  });

  it('asks nobody when the output is events, and when there is no terminal', async () => {
    const events = await atTerminal('run --format json', /never/, []);
    expect(events.screen).not.toContain('Which cluster');
    expect([events.code, events.screen]).toEqual([4, expect.stringContaining('[no-kubeconfig]')]);
    const piped = await plimsoll(['run', '--only', 'gang_scheduling'], { cwd: folder, env });
    expect([piped.code, piped.stdout]).toEqual([4, '']);
    for (const line of TO_TYPE) expect(piped.stderr).toContain(line);
    expect(piped.stderr.split('\n')).toHaveLength(5);
  });

  it('says the same for the other commands, with what was typed', async () => {
    const { code, stderr } = await plimsoll(['discover', '--tables', 'my tables.yaml'], { cwd: folder, env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('my tables.yaml')]);
    const images = await plimsoll(['images', '--image', 'it is mine'], { cwd: folder, env });
    expect(images.stderr).toContain("plimsoll images --image 'it is mine' --lab");
  });
});
