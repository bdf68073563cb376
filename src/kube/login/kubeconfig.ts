import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { KubeconfigError } from '../error/api-error.ts';
import { isObject } from '../object.ts';

type Entry = Record<string, unknown>;

/** A kubeconfig as its files say, several merged into one; paths in it are absolute. */
export interface Kubeconfig {
  files: string[];
  currentContext: string | undefined;
  contexts: Map<string, Entry>;
  clusters: Map<string, Entry>;
  users: Map<string, Entry>;
}

const PATH_FIELDS = {
  clusters: ['certificate-authority'],
  users: ['client-certificate', 'client-key', 'tokenFile'],
} as const;

/**
 * Reads the kubeconfig that kubectl would read: the file named, else every file of $KUBECONFIG that exists, else
 * ~/.kube/config. In a merge the first file to name a thing wins (client-node's own merge throws on a name in two files).
 * @returns undefined when nothing was named and nothing is there
 * @throws KubeconfigError
 */
export async function readKubeconfig(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Kubeconfig | undefined> {
  const fromEnv = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  const home = join(env['HOME'] ?? homedir(), '.kube', 'config');
  const files = named !== undefined ? [named] : fromEnv.length > 0 ? fromEnv : [home];
  const config: Kubeconfig = {
    files: [],
    currentContext: undefined,
    contexts: new Map(),
    clusters: new Map(),
    users: new Map(),
  };
  for (const file of files) {
    const text = await readText(file, named !== undefined);
    if (text !== undefined) merge(config, file, text);
  }
  if (config.files.length > 0) return config;
  if (fromEnv.length > 0 && named === undefined) {
    throw new KubeconfigError(
      `KUBECONFIG names ${fromEnv.join(', ')}: no such file`,
      'correct or unset KUBECONFIG, or pass --kubeconfig FILE',
    );
  }
  return undefined;
}

async function readText(file: string, mustExist: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && !mustExist) return undefined;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code ?? String(cause)})`;
    throw new KubeconfigError(`kubeconfig ${file}: ${why}`, 'pass --kubeconfig with a file that you may read', {
      cause,
    });
  }
}

function merge(config: Kubeconfig, file: string, text: string): void {
  const document = parseYaml(file, text);
  config.files.push(file);
  const current = document['current-context'];
  if (typeof current === 'string' && current !== '') config.currentContext ??= current;
  const folder = dirname(file);
  for (const [list, inner] of [
    ['clusters', 'cluster'],
    ['contexts', 'context'],
    ['users', 'user'],
  ] as const) {
    for (const [name, entry] of namedEntries(file, document[list], list, inner)) {
      if (config[list].has(name)) continue;
      config[list].set(name, list === 'contexts' ? entry : withAbsolutePaths(entry, PATH_FIELDS[list], folder));
    }
  }
}

function parseYaml(file: string, text: string): Entry {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    const where = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new KubeconfigError(`kubeconfig ${file} is not YAML: ${where}`, 'correct the file', { cause });
  }
  if (document === null || document === undefined) return {};
  if (!isObject(document)) {
    throw new KubeconfigError(`${file} is not a kubeconfig: it holds no mapping`, 'pass a file that kubectl accepts');
  }
  return document;
}

function namedEntries(file: string, list: unknown, listName: string, inner: string): [string, Entry][] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list))
    throw new KubeconfigError(`kubeconfig ${file}: ${listName} is not a list`, 'correct the file');
  return list.map((item: unknown, index): [string, Entry] => {
    const name = isObject(item) ? item['name'] : undefined;
    if (!isObject(item) || typeof name !== 'string') {
      throw new KubeconfigError(`kubeconfig ${file}: ${listName}[${index}] has no name`, 'correct the file');
    }
    const entry = item[inner];
    return [name, isObject(entry) ? entry : {}];
  });
}

/** Relative paths count from the file's own folder, also a plugin's command with a slash in it (client-go does the same). */
function withAbsolutePaths(entry: Entry, fields: readonly string[], folder: string): Entry {
  const result: Entry = { ...entry };
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  for (const field of fields) {
    const value = result[field];
    if (typeof value === 'string' && value !== '') result[field] = absolute(value);
  }
  const exec = result['exec'];
  if (isObject(exec) && typeof exec['command'] === 'string' && exec['command'].includes('/')) {
    result['exec'] = { ...exec, command: absolute(exec['command']) };
  }
  return result;
}
