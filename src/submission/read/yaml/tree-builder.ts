import { LineTable } from './line-table.ts';
import type { ScalarStyle, YamlAlias, YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from './node.ts';
import { resolveTag } from './resolve.ts';
import { YamlFault } from './yaml-fault.ts';

/** Anchor and tag in front of a node. */
export interface Properties {
  readonly start: number;
  readonly anchor: string;
  /** As resolved through the tag directives; empty when none is written. */
  readonly tag: string;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };
interface OpenSequence extends Open<Omit<YamlSequence, 'items'>> {
  items: YamlNode[];
}
interface OpenMapping extends Open<Omit<YamlMapping, 'pairs'>> {
  pairs: YamlPair[];
}

const NO_ITEMS: YamlNode[] = [];
const NO_PAIRS: YamlPair[] = [];

/** Puts nodes together from the parser's events; the collections that are open are a stack, so depth costs no calls. */
export class TreeBuilder {
  root: YamlNode | undefined;
  readonly #open: (OpenSequence | OpenMapping)[] = [];
  /** Keys that wait for their values, one place per open collection. */
  readonly #keys: (YamlNode | undefined)[] = [];
  readonly #anchors = new Map<string, YamlNode>();
  readonly lines: LineTable;

  constructor(text: string) {
    this.lines = new LineTable(text);
  }

  scalar({ start, anchor, tag }: Properties, value: string, style: ScalarStyle, end: number): void {
    const { line, column } = this.lines.at(start);
    const node: YamlScalar = {
      kind: 'scalar',
      tag: scalarTag(tag, value, style),
      value,
      style,
      start,
      end,
      line,
      column,
    };
    this.#name(anchor, node);
    this.#add(node);
  }

  /** What stands for a missing key, value or item: null. */
  empty(start: number): void {
    this.scalar({ start, anchor: '', tag: '' }, '', 'plain', start);
  }

  alias(name: string, start: number, end: number): void {
    const target = this.#anchors.get(name);
    if (!target) {
      throw new YamlFault(
        `The alias "*${name}" has no anchor "&${name}" before it; quote the value if no alias is meant.`,
        start,
      );
    }
    const { line, column } = this.lines.at(start);
    const node: YamlAlias = { kind: 'alias', tag: '', name, target, start, end, line, column };
    this.#add(node);
  }

  open(kind: 'sequence' | 'mapping', { start, anchor, tag: written }: Properties): void {
    const { line, column } = this.lines.at(start);
    const tag = written === '' || written === '!' ? `!!${kind === 'sequence' ? 'seq' : 'map'}` : shortTag(written);
    const node: OpenSequence | OpenMapping =
      kind === 'sequence'
        ? { kind, tag, items: NO_ITEMS, start, end: start, line, column }
        : { kind, tag, pairs: NO_PAIRS, start, end: start, line, column };
    this.#name(anchor, node);
    this.#add(node);
    this.#open.push(node);
    this.#keys.push(undefined);
  }

  /** `end`: offset behind a closing bracket; without one the collection ends where its last child does. */
  close(end?: number): void {
    const node = this.#open.pop();
    this.#keys.pop();
    if (!node) return;
    const last = node.kind === 'sequence' ? node.items.at(-1) : node.pairs.at(-1)?.value;
    node.end = end ?? Math.max(node.end, last?.end ?? 0);
  }

  #name(anchor: string, node: YamlNode): void {
    if (anchor !== '') this.#anchors.set(anchor, node);
  }

  #add(node: YamlNode): void {
    const parent = this.#open.at(-1);
    if (!parent) {
      this.root = node;
    } else if (parent.kind === 'sequence') {
      // An empty list costs no array of its own.
      if (parent.items === NO_ITEMS) parent.items = [node];
      else parent.items.push(node);
    } else {
      const depth = this.#keys.length - 1;
      const key = this.#keys[depth];
      if (key && parent.pairs === NO_PAIRS) parent.pairs = [{ key, value: node }];
      else if (key) parent.pairs.push({ key, value: node });
      this.#keys[depth] = key ? undefined : node;
    }
  }
}

function scalarTag(tag: string, value: string, style: ScalarStyle): string {
  if (tag !== '' && tag !== '!') return shortTag(tag);
  if (style !== 'plain') return '!!str';
  return value === '<<' ? '!!merge' : resolveTag(value);
}

const STANDARD = 'tag:yaml.org,2002:';

function shortTag(tag: string): string {
  return tag.startsWith(STANDARD) ? `!!${tag.slice(STANDARD.length)}` : tag;
}
