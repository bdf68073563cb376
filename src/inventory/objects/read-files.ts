import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { PlimsollError } from '../../errors.ts';
import { isObject, type KindName, type KubeObject } from '../../kube/object.ts';
import { text } from '../text.ts';
import { type ClusterObjects, groupOfVersion, type ObjectProblem, SERVED_KIND } from './cluster-objects.ts';
import { JsonItems } from './json-items.ts';
import { isWanted, kept } from './kept.ts';
import { type YamlItem, yamlItems } from './yaml-items.ts';

/** The file of a run folder that holds what its inventory rests on (`writeObjects`). */
export const OBJECTS_FILE = 'inventory-objects.jsonl';

const NAMES = /\.(json|jsonl|ya?ml)$/;
/** A text of YAML is read as a whole. */
const MOST_YAML = 256 * 1024 ** 2;
/** So many problems are told one by one. */
const MOST_PROBLEMS = 50;

/**
 * Reads what an inventory rests on from files: objects as JSON or YAML, alone, in lists, several in a file, in folders of any shape
 * (`kubectl get -o yaml`, a must-gather, `kubectl cluster-info dump`, a run folder of this program). `-` is standard input.
 * @throws PlimsollError `objects-not-read` for a path that cannot be read, or when no object is found in any
 */
export async function readFiles(paths: readonly string[]): Promise<ClusterObjects> {
  const found = new Found();
  for (const path of paths) for (const file of await filesOf(path)) await readInto(found, file);
  if (found.count === 0)
    throw new PlimsollError(
      'objects-not-read',
      `no object of Kubernetes was found in ${paths.join(', ')}${found.problems[0] === undefined ? '' : `: ${found.problems[0].where}: ${found.problems[0].text}`}.`,
      'Name files or folders of objects as JSON or YAML: kubectl get nodes,pods,... -A -o json > objects.json',
    );
  return found.result(paths.join(', '));
}

/**
 * One line of JSON for each object, the first says what the API server serves: what `readFiles` reads back.
 * @param redact takes out what must not be written down
 */
export function writeObjects({ objects, ...about }: ClusterObjects, redact: (value: unknown) => unknown): string {
  const { kubernetes, served, staleGroups, notRead, source } = about;
  const first = { kind: SERVED_KIND, source, kubernetes, kinds: served, staleGroups, notRead };
  return [first, ...objects].map((one) => `${JSON.stringify(redact(one))}\n`).join('');
}

/** What has been read so far. */
class Found {
  readonly objects = new Map<string, KubeObject>();
  readonly problems: ObjectProblem[] = [];
  readonly kinds = new Set<KindName>();
  #untold = 0;
  #served: Record<string, unknown> | undefined;
  count = 0;

  problem(where: string, said: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ where, text: said });
    else this.#untold += 1;
  }

  /** Of a kind that nobody looks at, its name is all there is to know. */
  seen(apiVersion: string, kind: string): void {
    this.count += 1;
    this.kinds.add(`${apiVersion}/${kind}`);
  }

  add(value: unknown, where: string, inherited: { apiVersion: string; kind: string }): void {
    if (!isObject(value)) return;
    const kind = text(value['kind']) || inherited.kind;
    const apiVersion = text(value['apiVersion']) || inherited.apiVersion;
    if (kind === '') return;
    if (kind === SERVED_KIND) this.#addServed(value);
    else if (kind === 'CustomResourceDefinition') this.#addDefinition(value);
    else if (kind.endsWith('List') && Array.isArray(value['items'])) {
      const of = { apiVersion, kind: kind === 'List' ? '' : kind.slice(0, -'List'.length) };
      for (const [index, item] of value['items'].entries()) this.add(item, `${where}, item ${index + 1}`, of);
    } else if (apiVersion !== '') this.#addObject({ ...value, apiVersion, kind }, where);
  }

  #addObject(value: Record<string, unknown> & { apiVersion: string; kind: string }, where: string): void {
    this.seen(value.apiVersion, value.kind);
    if (!isWanted(value.apiVersion, value.kind)) return;
    if (!isObject(value['metadata']) || text(value['metadata']['name']) === '') {
      this.problem(where, `a ${value.kind} without metadata.name: left out`);
      return;
    }
    const object = kept(value);
    if (object === undefined) return;
    const { namespace = '', name } = object.metadata;
    this.objects.set(`${groupOfVersion(object.apiVersion)}/${object.kind}/${namespace}/${name}`, object);
  }

  #addServed(value: Record<string, unknown>): void {
    this.count += 1;
    this.#served = { ...this.#served, ...value };
    const kinds = Array.isArray(value['kinds']) ? value['kinds'] : [];
    for (const one of kinds)
      if (typeof one === 'string' && /^[^/]+(\/[^/]+)?\/[^/]+$/.test(one)) this.kinds.add(one as KindName);
  }

  #addDefinition(value: Record<string, unknown>): void {
    this.count += 1;
    const spec = isObject(value['spec']) ? value['spec'] : {};
    const names = isObject(spec['names']) ? spec['names'] : {};
    for (const version of Array.isArray(spec['versions']) ? spec['versions'].filter(isObject) : [])
      if (version['served'] !== false && text(names['kind']) !== '')
        this.kinds.add(`${text(spec['group'])}/${text(version['name'])}/${text(names['kind'])}`);
  }

  result(source: string): ClusterObjects {
    const said = this.#served ?? {};
    const stale = Array.isArray(said['staleGroups'])
      ? said['staleGroups'].filter((one) => typeof one === 'string')
      : [];
    const notRead = Array.isArray(said['notRead']) ? said['notRead'].filter(isObject) : [];
    const more = this.#untold === 0 ? [] : [{ where: source, text: `and ${this.#untold} more of such problems` }];
    return {
      source: text(said['source']) || source,
      kubernetes: kubernetesOf(said['kubernetes']),
      served: [...this.kinds],
      staleGroups: stale,
      objects: [...this.objects.values()],
      notRead: notRead.map((one) => ({ what: text(one['what']), why: text(one['why']), remedy: text(one['remedy']) })),
      problems: [...this.problems, ...more],
    };
  }
}

function kubernetesOf(said: unknown): ClusterObjects['kubernetes'] {
  const { gitVersion, major, minor } = isObject(said) ? said : {};
  return { gitVersion: text(gitVersion), major: Number(major) || 0, minor: Number(minor) || 0 };
}

async function filesOf(path: string): Promise<string[]> {
  if (path === '-') return [path];
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).toSorted();
    if (names.includes(OBJECTS_FILE)) return [join(path, OBJECTS_FILE)];
    const inside = await Promise.all(
      names.map(async (name) => {
        const one = join(path, name);
        // A link may lead anywhere, and back.
        const about = await lstat(one);
        if (about.isDirectory()) return filesOf(one);
        return about.isFile() && NAMES.test(name) ? [one] : [];
      }),
    );
    return inside.flat();
  } catch (cause) {
    throw notRead(path, cause);
  }
}

function notRead(path: string, cause: unknown): PlimsollError {
  if (cause instanceof PlimsollError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PlimsollError(
    'objects-not-read',
    `${path} cannot be read: ${why}`,
    'Name a file or folder that there is.',
    {
      cause,
    },
  );
}

async function readInto(found: Found, file: string): Promise<void> {
  try {
    if (file === '-') {
      const written = await collected(process.stdin);
      const isJson = looksLikeJson(written.subarray(0, 4096));
      if (!isJson || (await readJson(found, [written], 'standard input')))
        readYaml(found, written.toString('utf8'), 'standard input');
      return;
    }
    const chunks = (): AsyncIterable<Buffer> => createReadStream(file, { highWaterMark: 1024 ** 2 });
    // Documents in braces may be followed by others without: then it is YAML.
    if (looksLikeJson(await headOf(file)) && !(await readJson(found, chunks(), file))) return;
    const { size } = await stat(file);
    if (size > MOST_YAML) {
      found.problem(
        file,
        `${Math.round(size / 1024 ** 2)} MiB of YAML are too much: write it as JSON (kubectl get -o json)`,
      );
      return;
    }
    readYaml(found, await readFile(file, 'utf8'), file);
  } catch (cause) {
    throw notRead(file, cause);
  }
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4096) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function looksLikeJson(head: Buffer): boolean {
  return /^\uFEFF?\s*[{[]/.test(head.toString('utf8'));
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function readJson(
  found: Found,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  file: string,
): Promise<boolean> {
  const waiting = new Waiting(found);
  const items = new JsonItems(({ text: written, line, inList }) => {
    const where = `${file}:${line}`;
    try {
      const value: unknown = JSON.parse(written);
      if (inList) waiting.element(value, where, items.listSoFar());
      else waiting.list(value, where);
    } catch (error) {
      found.problem(where, `no JSON: ${firstLine(error)}`);
    }
  });
  for await (const chunk of chunks) items.write(chunk);
  const cut = items.end();
  if (cut !== undefined)
    found.problem(
      `${file}:${cut}`,
      'what begins here does not end: the file is cut off, or a bracket or quote is missing',
    );
  return items.sawFields;
}

/** Elements that do not say what they are wait for their list, where it has not said so before them. */
class Waiting {
  readonly #found: Found;
  #elements: { value: unknown; where: string }[] = [];

  constructor(found: Found) {
    this.#found = found;
  }

  element(value: unknown, where: string, listSoFar: string): void {
    const said = /"kind"\s*:\s*"(\w+)List"/.exec(listSoFar)?.[1] ?? '';
    const version = /"apiVersion"\s*:\s*"([^"]+)"/.exec(listSoFar)?.[1] ?? '';
    if (!isObject(value)) return;
    if (value['kind'] !== undefined || (said !== '' && version !== ''))
      this.#found.add(value, where, { apiVersion: version, kind: said });
    else this.#elements.push({ value, where });
  }

  list(value: unknown, where: string): void {
    const list = isObject(value) ? value : {};
    const kind = text(list['kind']);
    const of = {
      apiVersion: text(list['apiVersion']),
      kind: kind.endsWith('List') ? kind.slice(0, -'List'.length) : '',
    };
    for (const one of this.#elements) this.#found.add(one.value, one.where, of);
    this.#elements = [];
    this.#found.add(value, where, { apiVersion: '', kind: '' });
  }
}

function readYaml(found: Found, written: string, file: string): void {
  const waiting = new Waiting(found);
  for (const item of yamlItems(written)) {
    if (item.kind !== '' && item.apiVersion !== '' && isUnwanted(item)) {
      found.seen(item.apiVersion, item.kind);
      continue;
    }
    const where = `${file}:${item.line}`;
    try {
      const value = parsed(item);
      if (item.inList) waiting.element(value, where, '');
      else waiting.list(value, where);
    } catch (error) {
      const line = error instanceof YAMLException && error.mark !== undefined ? error.mark.line : 0;
      found.problem(`${file}:${item.line + line}`, `no YAML: ${firstLine(error)}`);
    }
  }
}

function parsed({ text: written, whole }: YamlItem): unknown {
  try {
    return load(written);
  } catch {
    return load(whole());
  }
}

/** Kinds of which only the name is looked at, as far as the text tells without being parsed. */
function isUnwanted({ apiVersion, kind }: YamlItem): boolean {
  return (
    !isWanted(apiVersion, kind) && kind !== SERVED_KIND && kind !== 'CustomResourceDefinition' && !kind.endsWith('List')
  );
}

function firstLine(error: unknown): string {
  return ((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '').slice(0, 200);
}
