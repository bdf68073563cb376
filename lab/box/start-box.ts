import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { createGroup, groupPath } from '../cgroup/group.ts';
import { patient } from '../state/patience.ts';
import type { ProcessIdentity } from '../state/process-identity.ts';
import { type BoxPlan, initScript, namespacesScript, networkScript, outerScript } from './box-script.ts';
import { reportedInit, SetUpError } from './reported-init.ts';

const SET_UP_MS = patient(30_000);

/** A box whose PID 1 runs. */
export interface Box {
  readonly init: ProcessIdentity;
  /** Lets the box start its `go` services. */
  go(): void;
  /** Lets the box outlive this process, with which it ends before. */
  keep(): void;
}

/**
 * Starts a box and resolves when its `start` services have been started.
 * @param socketFds file descriptors of listening sockets of the host, handed to the box as 4, 5, ...
 * @throws PlimsollError `lab-box` with the last lines of the box's log.
 */
export async function startBox(
  layout: CgroupLayout,
  lab: string,
  plan: BoxPlan,
  socketFds: readonly number[] = [],
): Promise<Box> {
  const log = join(plan.directory, 'log');
  mkdirSync(log, { recursive: true });
  mkdirSync(join(plan.directory, 'run'), { recursive: true });
  const procsFiles = createGroup(layout, groupPath(lab, plan.name));
  const file = (name: string): string => join(plan.directory, 'run', name);
  writeFileSync(file('outer.sh'), outerScript(procsFiles, file('network.sh')));
  writeFileSync(file('network.sh'), networkScript(plan, file('namespaces.sh')));
  writeFileSync(file('namespaces.sh'), namespacesScript(file('init.sh'), leafGroup(layout, procsFiles)));
  writeFileSync(file('init.sh'), initScript(plan));
  const logFile = join(log, 'init.log');
  const output = openSync(logFile, 'a');
  const child = spawn('/bin/sh', [file('outer.sh')], {
    detached: true,
    stdio: ['pipe', output, output, 'pipe', ...socketFds],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  closeSync(output);
  const [stdin, , , events] = child.stdio as unknown as [Writable, null, null, Readable];
  // A box that dies early makes the pipe break; the missing "up" tells that already.
  stdin.on('error', () => {});
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(boxError(plan.name, `it ended (${signal ?? code})`, logFile)));
  });
  // Looked at below; without this an end that comes later would be an unhandled rejection.
  failed.catch(() => {});
  const init = await Promise.race([reportedInit(events, SET_UP_MS), failed]).catch((error: unknown) => {
    // Whoever kills the parent of PID 1 ends the whole box (--kill-child).
    child.kill('SIGKILL');
    throw error instanceof SetUpError ? boxError(plan.name, error.message, logFile) : error;
  });
  child.unref();
  return {
    init,
    go: () => {
      stdin.write('go\n');
      events.destroy();
    },
    keep: () => stdin.end('keep\n'),
  };
}

/** The group below a box's own in which its first processes live; only version 2 asks for one. */
function leafGroup(layout: CgroupLayout, [procsFile = '']: readonly string[]): string | undefined {
  return layout.version === 2 ? join(dirname(procsFile), 'system') : undefined;
}

function boxError(name: string, what: string, logFile: string): PlimsollError {
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n').slice(-6).join('\n    ') : '';
  return new PlimsollError(
    'lab-box',
    `${name} could not be started: ${what}${lines ? `; its log ends with:\n    ${lines}` : ''}`,
    'Mend what the log names and call `plimsoll lab up` again: it clears what is half-made.',
    { exitCode: EXIT.unreachable },
  );
}
