import type { ReadProblem } from '../submission.ts';
import type { Target } from './target.ts';
import { KeyTarget, TextTarget } from './text-target.ts';
import { type Call, run } from './trampoline.ts';
import type { YamlAlias, YamlMapping, YamlNode, YamlPair, YamlScalar } from './yaml/node.ts';
import { type Resolved, resolve } from './yaml/resolve.ts';

/** A pair of a mapping that is decoded: the key's text, and how to decode its value. */
export type Field = (key: string, pair: { key: YamlNode; value: YamlNode }) => Call<boolean> | undefined;

/** Ends the decoding; the problem is already written down. */
export class DecodingEnded extends Error {}

/** More problems of one rule about one subject, and more at all, are not written down: nobody reads them. */
const MAX_ALIKE = 20;
const MAX_PROBLEMS = 5000;
/** From so many decoded nodes on yaml.v3 allows less than 99 % of them to come from aliases... */
const MANY_NODES = 400_000;
/** ...down to 10 % here. */
const TOO_MANY_NODES = 4_000_000;

/**
 * Decodes a tree as yaml.v3's Unmarshal does: the same order, the same errors, the same limits, `<<` included.
 * It goes on where yaml.v3 leaves a mapping with duplicate keys alone, but then writes no more problems down.
 */
export class Decoder {
  readonly problems: ReadProblem[] = [];
  /** What problems are about, set by whoever decodes. */
  subject = 'document';
  readonly #reported = new Map<string, number>();
  #nodes = 0;
  #fromAliases = 0;
  #aliasDepth = 0;
  #silent = 0;
  #open = new Set<YamlAlias>();
  /** Keys that a `<<` must not set again; undefined outside of one. */
  #merged: Set<string> | undefined;

  countDocument(): void {
    this.#nodes++;
  }

  /** False: nothing came of it (null, or a problem). */
  *decode(node: YamlNode, target: Target): Call<boolean> {
    this.#count(node);
    if (node.kind === 'alias') {
      if (this.#open.has(node)) {
        this.end('yaml-alias-bomb', node, `The anchor "&${node.name}" contains an alias to itself.`);
      }
      this.#open.add(node);
      this.#aliasDepth++;
      const done = yield this.decode(node.target, target);
      this.#aliasDepth--;
      this.#open.delete(node);
      return done;
    }
    if (node.kind === 'scalar') return this.#scalar(node, target);
    if (node.kind === 'sequence') return target.sequence ? yield target.sequence(node) : this.#misfit(node, target);
    const duplicate = this.#checkDuplicates(node, target);
    if (!target.mapping) return duplicate ? false : this.#misfit(node, target);
    // Inside of what yaml.v3 does not look at, one more of these needs no care.
    if (duplicate && this.#silent > 0) return yield target.mapping(node);
    if (!duplicate) return yield target.mapping(node);
    this.#goOn(target.mapping(node));
    return false;
  }

  /** Decodes what yaml.v3 leaves alone, for those who want to see as much as possible: as if it had not been looked at. */
  #goOn(call: Call<boolean>): void {
    const before = [this.#nodes, this.#fromAliases, this.#aliasDepth] as const;
    const { subject } = this;
    const merged = this.#merged;
    const open = new Set(this.#open);
    this.#silent++;
    try {
      run(call);
    } catch (error) {
      if (!(error instanceof DecodingEnded)) throw error;
    }
    this.#silent--;
    [this.#nodes, this.#fromAliases, this.#aliasDepth] = before;
    this.subject = subject;
    this.#merged = merged;
    this.#open = open;
  }

  /** `decode` for whoever has a scalar most of the time: saves the call. */
  leaf(node: YamlScalar, target: Target): boolean {
    this.#count(node);
    return this.#scalar(node, target);
  }

  /**
   * The pairs of a mapping, then what its `<<` brings in. `field` says how a key's value is decoded, if at all.
   * Keys are texts, or of any type with `anyKeys`.
   */
  *pairs(node: YamlMapping, target: Target, field: Field, anyKeys = false): Call<boolean> {
    const merged = this.#merged;
    this.#merged = undefined;
    let merge: YamlNode | undefined;
    for (const pair of node.pairs) {
      if (isMerge(pair.key)) {
        merge = pair.value;
        continue;
      }
      let name = this.#plainKey(pair.key);
      if (name === undefined) {
        const key = anyKeys ? new KeyTarget(this) : new TextTarget('a text');
        if (!(yield this.decode(pair.key, key))) continue;
        name = key.text;
      }
      if (merged?.has(name)) continue;
      merged?.add(name);
      const value = field(name, pair);
      if (value) yield value;
    }
    this.#merged = merged;
    if (merge) yield this.merge(node, merge, target);
    return true;
  }

  /** The text of a key that is one without further ado: the short way for nearly all keys. */
  #plainKey(key: YamlNode): string | undefined {
    if (key.kind !== 'scalar' || key.tag !== '!!str') return undefined;
    this.#count(key);
    return key.value;
  }

  /** Brings the mappings behind a `<<` into what `parent` was decoded into. */
  *merge(parent: YamlMapping, value: YamlNode, target: Target): Call<boolean> {
    const merged = this.#merged;
    if (!merged) {
      const own = new Set<string>();
      for (const { key } of parent.pairs) {
        const name = new KeyTarget(this);
        if (yield this.decode(key, name)) own.add(name.text);
      }
      this.#merged = own;
    }
    const from = value.kind === 'sequence' ? value.items : [value];
    for (const one of from) {
      const kind = one.kind === 'alias' ? one.target.kind : one.kind;
      if (kind !== 'mapping') {
        this.end('yaml-type-error', one, 'Behind "<<" only a mapping, an alias of one, or a list of these may stand.');
      }
      yield this.decode(one, target);
    }
    this.#merged = merged;
    return true;
  }

  /** Writes down that a node does not fit and goes on. */
  report(rule: ReadProblem['rule'], node: YamlNode, message: string): void {
    if (this.#silent > 0) return;
    const kind = `${rule} ${this.subject}`;
    const count = this.#reported.get(kind) ?? 0;
    if (count >= MAX_ALIKE || this.problems.length >= MAX_PROBLEMS) return;
    this.#reported.set(kind, count + 1);
    const { line, column } = node;
    this.problems.push({ rule, subject: this.subject, message, line, column });
  }

  /** Writes a problem down at which yaml.v3 gives up; it forgets those before it. */
  end(rule: ReadProblem['rule'], node: YamlNode, message: string): never {
    if (this.#silent === 0) {
      this.problems.length = 0;
      this.#reported.clear();
    }
    this.report(rule, node, message);
    throw new DecodingEnded(message);
  }

  #count(node: YamlNode): void {
    this.#nodes++;
    if (this.#aliasDepth > 0) this.#fromAliases++;
    if (this.#fromAliases <= 100 || this.#nodes <= 1000) return;
    if (this.#fromAliases / this.#nodes > allowedShare(this.#nodes)) {
      this.end('yaml-alias-bomb', node, 'Aliases make up so much of the document that the decoder refuses it.');
    }
  }

  #scalar(node: YamlScalar, target: Target): boolean {
    const tag = node.tag === '!' ? '' : node.tag;
    const found = resolve(tag, node.value);
    if (!found) {
      this.end('yaml-type-error', node, `${excerpt(node.value)} cannot be read as ${tag}.`);
    }
    let value: Resolved = found;
    if (tag === '!!binary') {
      const text = decodeBase64(node.value);
      if (text === undefined)
        this.end('yaml-type-error', node, `${excerpt(node.value)} is tagged !!binary but is not base64.`);
      else value = { tag, value: text };
    }
    if (value.value === null) {
      target.null?.();
      return target.null !== undefined;
    }
    if (!target.scalar) return this.#misfit(node, target);
    target.scalar(value, node);
    return true;
  }

  #misfit(node: YamlNode, target: Target): boolean {
    const found =
      node.kind === 'scalar'
        ? `the ${typeName(node.tag)} ${excerpt(node.value)}`
        : `a ${node.kind === 'mapping' ? 'mapping' : 'list'}`;
    this.report(
      'yaml-type-error',
      node,
      `${found} stands where ${target.what} must stand, so the official validator cannot read the file.`,
    );
    return false;
  }

  /** yaml.v3 compares kind and text only, so that two keys that are lists count as the same. */
  #checkDuplicates({ pairs }: YamlMapping, target: Target): boolean {
    if (pairs.length <= FEW_PAIRS && !pairs.some(({ key }, index) => hasEarlier(pairs, key, index))) return false;
    const seen = new Map<string, YamlNode>();
    let found = false;
    for (const { key } of pairs) {
      const id = `${key.kind} ${textOf(key)}`;
      const first = seen.get(id);
      if (first) {
        found = true;
        const { subject } = this;
        if (target.keysAreSubjects) this.subject = textOf(key);
        this.report('yaml-duplicate-key', key, `The key ${excerpt(textOf(key))} is already on line ${first.line}.`);
        this.subject = subject;
      } else {
        seen.set(id, key);
      }
    }
    return found;
  }
}

/** Up to so many pairs comparing each with each is cheaper than a table. */
const FEW_PAIRS = 16;

function hasEarlier(pairs: readonly YamlPair[], key: YamlNode, index: number): boolean {
  for (let other = 0; other < index; other++) {
    const earlier = pairs[other]?.key;
    if (earlier?.kind === key.kind && textOf(earlier) === textOf(key)) return true;
  }
  return false;
}

function textOf(key: YamlNode): string {
  return key.kind === 'scalar' ? key.value : key.kind === 'alias' ? key.name : '';
}

export function isMerge(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.value === '<<' && (key.tag === '' || key.tag === '!' || key.tag === '!!merge');
}

function allowedShare(nodes: number): number {
  if (nodes <= MANY_NODES) return 0.99;
  if (nodes >= TOO_MANY_NODES) return 0.1;
  return 0.99 - (0.89 * (nodes - MANY_NODES)) / (TOO_MANY_NODES - MANY_NODES);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  '!!str': 'text',
  '!!int': 'number',
  '!!float': 'number',
  '!!bool': 'truth value',
  '!!timestamp': 'date',
};

function typeName(tag: string): string {
  return TYPE_NAMES[tag] ?? `value (${tag})`;
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

/** Go's strict base64: padding is a must, line breaks are ignored. */
function decodeBase64(text: string): string | undefined {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return Buffer.from(packed, 'base64').toString('utf8');
}
