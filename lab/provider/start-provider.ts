import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commandLine, quote } from '../box/shell.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { createGroup, groupPath } from '../cgroup/group.ts';
import { projectFile } from '../project-root.ts';
import type { LabDirectory } from '../state/lab-directory.ts';
import { isRunning, type ProcessIdentity, processIdentity } from '../state/process-identity.ts';
import { PROVIDER, providerFolder, socketFolder } from './provider-folder.ts';

/** A provider whose supervisor runs. */
export interface Provider {
  /** Lets it outlive this process, with which it ends before. */
  keep(): void;
}

/** Has to be made before the lab's nodes are, which bind it. */
export function prepareProvider(lab: LabDirectory): void {
  mkdirSync(socketFolder(lab), { recursive: true });
}

/**
 * Starts the lab's provider in a cgroup of its own below the lab's, with a supervisor that starts it again one second after it
 * ended. A line on the supervisor's standard input lets both outlive this process; when it never comes, both end.
 */
export function startProvider(lab: LabDirectory, cgroups: CgroupLayout): Provider {
  const folder = providerFolder(lab);
  for (const name of ['log', 'run']) mkdirSync(join(folder, name), { recursive: true });
  const log = openSync(join(folder, 'log', `${PROVIDER}.log`), 'a');
  const script = join(folder, 'run', 'supervise.sh');
  writeFileSync(script, supervisor(createGroup(cgroups, groupPath(lab.name, PROVIDER)), lab.name));
  const child = spawn('/bin/sh', [script], { detached: true, stdio: ['pipe', log, log] });
  closeSync(log);
  const { stdin } = child;
  if (stdin === null) throw new Error('a pipe was asked for');
  stdin.on('error', () => {});
  const identity = processIdentity(child.pid ?? 0);
  if (identity === undefined) throw new Error('the supervisor of the provider ended at once');
  writeFileSync(identityFile(lab), JSON.stringify(identity));
  child.unref();
  return { keep: () => stdin.end('keep\n') };
}

/** Whether the lab's provider has ended although it has one. */
export function providerEnded(lab: LabDirectory): boolean {
  const file = identityFile(lab);
  if (!existsSync(file)) return false;
  const identity: ProcessIdentity = z
    .object({ pid: z.number(), startTime: z.string() })
    .parse(JSON.parse(readFileSync(file, 'utf8')));
  return !isRunning(identity);
}

function identityFile(lab: LabDirectory): string {
  return join(providerFolder(lab), 'run', 'supervisor.json');
}

/** From source the provider runs from source, from the bundle as a bundle (scripts/build.ts). */
function program(): string {
  return import.meta.filename.endsWith('.ts')
    ? projectFile('lab/provider/main.ts')
    : projectFile('dist/lab-provider.js');
}

function supervisor(procsFiles: readonly string[], lab: string): string {
  const command = commandLine([process.execPath, '--max-old-space-size=128', program(), lab]);
  return `#!/bin/sh
set -u
${procsFiles.map((file) => `echo $$ >${quote(file)}`).join('\n')}
exec 8<&0 0</dev/null
{ read -r line <&8 || kill -KILL -- -$$; } &
exec 8<&-
while :; do
  ${command}
  echo "plimsoll: ${PROVIDER} ended with exit code $?; it is started again in 1 s"
  sleep 1
done
`;
}
