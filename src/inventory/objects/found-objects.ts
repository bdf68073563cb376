import { isObject, type KindName, type KubeObject } from '../../kube/object.ts';
import { text } from '../text.ts';
import { type ClusterObjects, groupOfVersion, type ObjectProblem, SERVED_KIND } from './cluster-objects.ts';
import { isWanted, kept } from './kept.ts';

/** So many problems are told one by one. */
const MOST_PROBLEMS = 50;

/** What has been read from files so far: each object once, what else is served, and what could not be read. */
export class FoundObjects {
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
    // `kubectl get --watch --output-watch-events`: what came last counts.
    if (kind === '' && text(value['type']) !== '' && isObject(value['object'])) {
      if (value['type'] !== 'DELETED') this.add(value['object'], where, inherited);
      return;
    }
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
