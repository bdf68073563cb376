import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { groupPath, groupProcesses } from '../cgroup/group.ts';
import { labDown, labStatus, labUp, silent } from '../lab.ts';
import { projectFile } from '../project-root.ts';
import { labDirectory } from '../state/lab-directory.ts';
import { readLabState, writeLabState } from '../state/lab-state.ts';
import { processIdentity } from '../state/process-identity.ts';
import { type MachineTraces, machineTraces } from '../testing/machine-traces.ts';

const NAME = 'test-killed';
const UP = ['lab', 'up', '--name', NAME, '--nodes', '2', '--accelerators', '2'];

let before: MachineTraces;
/** What a whole `lab up` takes on this machine, milliseconds. */
let whole: number;

beforeAll(async () => {
  await labDown(NAME, silent);
  before = await machineTraces([NAME]);
  const began = performance.now();
  await once(spawn(projectFile('plimsoll'), UP, { stdio: 'ignore' }), 'exit');
  whole = performance.now() - began;
  await labDown(NAME, silent);
});

afterAll(async () => {
  await labDown(NAME, silent);
});

/**
 * Starts the built `plimsoll lab up` and kills it after such a share of the time that it takes, as `kill -9` would; earlier, when it was
 * quicker this time.
 */
async function killedUp(share: number): Promise<void> {
  for (let afterMs = share * whole; ; afterMs /= 2) {
    const child = spawn(projectFile('plimsoll'), UP, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await delay(afterMs);
    child.kill('SIGKILL');
    const [, signal] = await ended;
    if (signal === 'SIGKILL') return;
    await labDown(NAME, silent);
  }
}

/** Processes of the lab that run: waits up to 2 s for all of them to end with the program that started them. */
async function survivors(): Promise<number[]> {
  const deadline = performance.now() + 2_000;
  for (;;) {
    const alive = groupProcesses(cgroupLayout(), groupPath(NAME)).filter((pid) => processIdentity(pid));
    if (alive.length === 0 || performance.now() > deadline) return alive;
    await delay(20);
  }
}

// Before the control plane, while the API server starts, while nodes register, while DNS starts; and moments in between.
const percents = [2, 5, 12, 27, 55, 85, ...Array.from({ length: 3 }, () => Math.round(Math.random() * 95))];

it.each(percents)('killed at %i percent: nothing lives on, `lab down` leaves nothing', async (percent) => {
  await killedUp(percent / 100);
  expect(await survivors()).toEqual([]);
  await labDown(NAME, silent);
  expect(await machineTraces([NAME])).toEqual(before);
});

it('killed in the middle: the next `lab up` clears what is left and brings a whole lab up', async () => {
  await killedUp(0.4);
  const { kind } = await labStatus(NAME);
  expect(kind).toBe('broken');
  const notes: string[] = [];
  const lab = await labUp(
    { name: NAME, nodes: [{ accelerators: 1 }] },
    {
      step: (text) => {
        notes.push(text);
        return () => {};
      },
      note: () => {},
    },
  );
  expect(notes.join()).toMatch(/clearing what is left of the lab "test-killed" \(/);
  expect(lab.wasUp).toBe(false);
  expect((await labStatus(NAME)).kind).toBe('whole');
});

it('interrupted by Ctrl-C: it takes down what it made, and says so with exit code 130', async () => {
  await labDown(NAME, silent);
  const child = spawn(projectFile('plimsoll'), UP, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  await delay(0.4 * whole);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(said).toContain('[lab-interrupted]');
  expect(await machineTraces([NAME])).toEqual(before);
});

it('a lab of an earlier boot, or with its control plane or a node gone, is broken and replaced', async () => {
  const options = { name: NAME, nodes: [{ accelerators: 1 }] } as const;
  const lab = labDirectory(NAME);
  const first = await labUp(options, silent);
  const state = readLabState(lab);
  if (!state) throw new Error('a lab without a state');
  writeLabState(lab, { ...state, boot: 'another boot' });
  expect(await labStatus(NAME)).toMatchObject({ kind: 'broken', why: 'the machine was restarted since' });
  const second = await labUp(options, silent);
  expect(second.wasUp).toBe(false);
  expect(processIdentity(first.nodes[0]?.initPid ?? 0)).toBeUndefined();
  process.kill(second.nodes[0]?.initPid ?? 0, 'SIGKILL');
  await expect.poll(async () => (await labStatus(NAME)).why).toBe('its node node-1 has ended');
  process.kill(readLabState(lab)?.controlPlane?.pid ?? 0, 'SIGKILL');
  await expect.poll(async () => (await labStatus(NAME)).why).toBe('its control plane has ended');
  expect((await labUp(options, silent)).wasUp).toBe(false);
  await labDown(NAME, silent);
  expect(await machineTraces([NAME])).toEqual(before);
});

it('two at once: the second is told who is at it, and changes nothing', async () => {
  const first = labUp({ name: NAME, nodes: [] }, silent);
  await expect(labUp({ name: NAME, nodes: [] }, silent)).rejects.toMatchObject({ code: 'lab-busy' });
  await expect(labDown(NAME, silent)).rejects.toMatchObject({ code: 'lab-busy' });
  expect((await first).wasUp).toBe(false);
});
