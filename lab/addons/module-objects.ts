import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { PlimsollError } from '../../src/errors.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { run } from '../box/run.ts';
import { cacheRoot } from '../build/cache.ts';
import { publishedModule, requirements } from '../build/go-module.ts';
import { projectFile } from '../project-root.ts';
import { stripDescriptions } from './strip-descriptions.ts';

/** Raise it when what is done to objects here changes: results are kept. */
const FORMAT = 1;

/**
 * Which files of a published module: YAML files and folders of them, or a folder for `kubectl kustomize`, of whose
 * resources those with a name in `without` are left out (some name addresses, and nothing outside can be reached).
 */
export type Selection =
  | { readonly files: readonly string[] }
  | { readonly kustomize: string; readonly without?: readonly string[] };

/**
 * The Kubernetes objects that published Go modules bring along, so that none of them is copied into this repository.
 * Reading them takes seconds (megabytes of YAML), so the result is kept by module version and selection.
 */
export class ModuleObjects {
  private readonly kubectl: string;

  /** @param kubectl path of the binary that goes by that name */
  constructor(kubectl: string) {
    this.kubectl = kubectl;
  }

  /**
   * The objects of a module, CRDs without descriptions.
   * @param pinnedBy folder below lab/go whose go.mod says the version
   * @throws PlimsollError `go-module-missing`, `manifest-unreadable`
   */
  async read(pinnedBy: string, module: string, selection: Selection): Promise<KubeObject[]> {
    const folder = projectFile(join('lab', 'go', pinnedBy));
    const version = requirements(readFileSync(join(folder, 'go.mod'), 'utf8')).get(module);
    const key = createHash('sha256')
      .update(JSON.stringify([FORMAT, module, version, selection]))
      .digest('hex');
    const kept = join(cacheRoot(), 'manifests', `${key.slice(0, 24)}.json`);
    if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as KubeObject[];
    const published = await publishedModule(folder, module);
    const text = await this.text(published.folder, selection);
    const objects = parseObjects(text, `${module}@${version}`).map(stripDescriptions);
    mkdirSync(join(cacheRoot(), 'manifests'), { recursive: true });
    writeFileSync(`${kept}.${process.pid}`, JSON.stringify(objects));
    renameSync(`${kept}.${process.pid}`, kept);
    return objects;
  }

  private async text(folder: string, selection: Selection): Promise<string> {
    if ('kustomize' in selection) return this.kustomized(folder, selection.kustomize, selection.without ?? []);
    return selection.files
      .flatMap((path) => yamlFiles(join(folder, path)))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n---\n');
  }

  private async kustomized(folder: string, path: string, without: readonly string[]): Promise<string> {
    if (without.length === 0) return (await run([this.kubectl, 'kustomize', join(folder, path)])).output;
    const copy = mkdtempSync(join(tmpdir(), 'plimsoll-kustomize-'));
    try {
      const [top = ''] = path.split('/');
      cpSync(join(folder, top), join(copy, top), { recursive: true });
      const file = join(copy, path, 'kustomization.yaml');
      const lines = readFileSync(file, 'utf8').split('\n');
      const kept = lines.filter((line) => !without.some((name) => line.trim().startsWith(`- ${name}`)));
      if (kept.length !== lines.length - without.length) {
        throw new Error(`${path}/kustomization.yaml does not name each of ${without.join(', ')} once`);
      }
      rmSync(file);
      writeFileSync(file, kept.join('\n'));
      return (await run([this.kubectl, 'kustomize', join(copy, path)])).output;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
}

function yamlFiles(path: string): string[] {
  if (/\.ya?ml$/.test(path)) return [path];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name) && name !== 'kustomization.yaml')
    .sort()
    .map((name) => join(path, name));
}

/**
 * The objects in a YAML stream; empty documents are left out and lists are taken apart.
 * @throws PlimsollError `manifest-unreadable`
 */
export function parseObjects(text: string, origin: string): KubeObject[] {
  const documents = parseAllDocuments(text, { schema: 'core', merge: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) {
      throw new PlimsollError(
        'manifest-unreadable',
        `a manifest of ${origin} is not readable YAML: ${error.message}`,
        'The module changed or is damaged: `go clean -modcache` fetches it anew.',
      );
    }
    const object = document.toJS({ maxAliasCount: -1 }) as (KubeObject & { items?: KubeObject[] }) | null;
    if (object === null || typeof object !== 'object') return [];
    return object.kind.endsWith('List') && object.items ? object.items : [object];
  });
}
