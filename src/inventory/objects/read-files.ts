import { createReadStream } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { PlimsollError } from '../../errors.ts';
import { isObject } from '../../kube/object.ts';
import { text } from '../text.ts';
import { type ClusterObjects, SERVED_KIND } from './cluster-objects.ts';
import { FoundObjects } from './found-objects.ts';
import { JsonItems } from './json-items.ts';
import { isWanted } from './kept.ts';
import { BrokenText, plainText } from './plain-text.ts';
import { type YamlItem, yamlItems } from './yaml-items.ts';

/** The file of a run folder that holds what its inventory rests on (`writeObjects`). */
export const OBJECTS_FILE = 'inventory-objects.jsonl';

const NAMES = /\.(json|jsonl|ya?ml)(\.gz)?$/;
/** A text of YAML is read as a whole. */
const MOST_YAML = 256 * 1024 ** 2;

/**
 * Reads what an inventory rests on from files: objects as JSON or YAML, alone, in lists, several in a file, in folders of any shape
 * (`kubectl get -o yaml`, a must-gather, `kubectl cluster-info dump`, a run folder of this program). `-` is standard input.
 * Compressed or not, in UTF-8 or UTF-16 (`plain-text.ts`).
 * @throws PlimsollError `objects-not-read` for a path that cannot be read, or when no object is found in any
 */
export async function readFiles(paths: readonly string[]): Promise<ClusterObjects> {
  const found = new FoundObjects();
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

async function readInto(found: FoundObjects, file: string): Promise<void> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const given = file === '-' ? [await collected(process.stdin)] : undefined;
    const chunks = (): AsyncIterable<Buffer> =>
      plainText(given === undefined ? createReadStream(file, { highWaterMark: 1024 ** 2 }) : parts(given));
    const [before, told] = [found.count, found.problems.length];
    if (looksLikeJson(await beginning(chunks()))) {
      const isMixed = await readJson(found, chunks(), name);
      // Documents in braces may be followed by others without, and braces need not be JSON: then it is YAML.
      if (!isMixed && (found.count > before || /\.jsonl?(\.gz)?$/.test(file))) return;
    }
    const asJson = found.problems.splice(told);
    const written = await limited(chunks());
    if (written !== undefined) readYaml(found, written, name);
    else if (asJson.length === 0)
      found.problem(
        name,
        `more than ${MOST_YAML / 1024 ** 2} MiB of YAML are too much: write it as JSON (kubectl get -o json)`,
      );
    if (found.count > before || asJson.length === 0) return;
    found.problems.splice(told, Infinity, ...asJson);
  } catch (cause) {
    if (!(cause instanceof BrokenText)) throw notRead(file, cause);
    found.problem(name, cause.message);
  }
}

async function* parts(given: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* given;
}

async function beginning(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const chunk of chunks) if (chunk.length > 0) return chunk.subarray(0, 4096);
  return Buffer.alloc(0);
}

/** The text; undefined where it is too long. */
async function limited(chunks: AsyncIterable<Buffer>): Promise<string | undefined> {
  const found: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    found.push(chunk);
    length += chunk.length;
    if (length > MOST_YAML) return undefined;
  }
  return Buffer.concat(found).toString('utf8');
}

function looksLikeJson(head: Buffer): boolean {
  return /^\s*[{[]/.test(head.toString('utf8'));
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const part of stream) found.push(part);
  return Buffer.concat(found);
}

async function readJson(
  found: FoundObjects,
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
  readonly #found: FoundObjects;
  #elements: { value: unknown; where: string }[] = [];

  constructor(found: FoundObjects) {
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

function readYaml(found: FoundObjects, written: string, file: string): void {
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
