import { createReadStream, existsSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { nodeRecords } from '../node/node-record.ts';
import { providerFolder } from '../provider/provider-folder.ts';
import { type LabDirectory, labDirectory } from '../state/lab-directory.ts';
import { requireLabState } from '../state/lab-state.ts';

/** The logs of a lab: `apiserver`, `node-1/kubelet`, ... -> file. */
export function logFiles(lab: LabDirectory): Map<string, string> {
  const files = new Map<string, string>();
  const add = (prefix: string, directory: string): void => {
    const folder = join(directory, 'log');
    if (!existsSync(folder)) return;
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort()) {
      files.set(`${prefix}${file.slice(0, -'.log'.length)}`, join(folder, file));
    }
  };
  add('', lab.controlPlane);
  add('', providerFolder(lab));
  for (const { name, directory } of nodeRecords(lab)) add(`${name}/`, directory);
  return files;
}

/**
 * The file of one log. Names as people know them are understood too (`kube-apiserver`).
 * @throws PlimsollError `lab-log` naming the ones there are
 */
export function logFile(labName: string, component: string): string {
  const lab = labDirectory(labName);
  requireLabState(lab);
  const files = logFiles(lab);
  const file =
    files.get(component) ?? files.get(component.replace(/^kube-(?=apiserver|controller-manager|scheduler)/, ''));
  if (file) return file;
  throw new PlimsollError(
    'lab-log',
    `the lab "${labName}" has no log of "${component}"`,
    `Name one of: ${[...files.keys()].join(', ')}.`,
  );
}

/**
 * Writes the last `lines` lines of a log (all when undefined), and with `follow` what is appended until the signal.
 */
export async function writeLog(
  file: string,
  out: NodeJS.WritableStream,
  options: { lines?: number; follow?: boolean; signal?: AbortSignal },
): Promise<void> {
  let position = options.lines === undefined ? 0 : await startOfLast(file, options.lines);
  const copy = async (): Promise<void> => {
    for await (const chunk of createReadStream(file, { start: position })) {
      position += (chunk as Buffer).length;
      out.write(chunk as Buffer);
    }
  };
  await copy();
  if (!options.follow) return;
  const changes = watch(file);
  options.signal?.addEventListener('abort', () => changes.close());
  let copying = Promise.resolve();
  changes.on('change', () => {
    copying = copying.then(async () => {
      if (statSync(file).size > position) await copy();
    });
  });
  await new Promise((resolve) => changes.once('close', resolve));
  await copying;
}

async function startOfLast(file: string, lines: number): Promise<number> {
  const starts = [0];
  let position = 0;
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(position + at + 1);
    position += bytes.length;
    if (starts.length > lines + 1) starts.splice(0, starts.length - lines - 1);
  }
  // A log that ends with a newline has no last line after it.
  if (starts.at(-1) === position) starts.pop();
  return lines === 0 ? position : (starts.at(-lines) ?? starts[0] ?? 0);
}
