import type { Mark } from './cursor.ts';
import { LineTable } from './line-table.ts';
import type { ScalarStyle, YamlAlias, YamlMapping, YamlNode, YamlPair, YamlScalar, YamlSequence } from './node.ts';
import { resolveTag } from './resolve.ts';
import { YamlFault } from './yaml-fault.ts';

/** Anchor and tag in front of a node. */
export interface Properties {
  readonly start: Mark;
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

/** Puts nodes together from the parser's events; the collections that are open are a stack, so depth costs no calls. */
export class TreeBuilder {
  root: YamlNode | undefined;
  readonly #open: (OpenSequence | OpenMapping)[] = [];
  /** Keys that wait for their values, one place per open collection. */
  readonly #keys: (YamlNode | undefined)[] = [];
  readonly #anchors = new Map<string, YamlNode>();
  readonly #lines: LineTable;

  constructor(text: string) {
    this.#lines = new LineTable(text);
  }

  scalar(at: Properties, value: string, style: ScalarStyle, end: number): void {
    const tag = scalarTag(at.tag, value, style);
    const node: YamlScalar = { kind: 'scalar', ...this.#place(at.start, end), tag, value, style };
    this.#name(at, node);
    this.#add(node);
  }

  /** What stands for a missing key, value or item: null. */
  empty(start: Mark): void {
    this.scalar({ start, anchor: '', tag: '' }, '', 'plain', start.offset);
  }

  alias(name: string, start: Mark, end: number): void {
    const target = this.#anchors.get(name);
    if (!target)
      throw new YamlFault(
        `The alias "*${name}" has no anchor "&${name}" before it; quote the value if no alias is meant.`,
        start.offset,
      );
    const node: YamlAlias = { kind: 'alias', ...this.#place(start, end), tag: '', name, target };
    this.#add(node);
  }

  open(kind: 'sequence' | 'mapping', at: Properties, flow: boolean): void {
    const node = collection(kind, at.tag, this.#place(at.start, at.start.offset), flow);
    this.#name(at, node);
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

  #place(start: Mark, end: number): Place {
    return { ...this.#lines.at(start.offset), start: start.offset, end };
  }

  #name(at: Properties, node: YamlNode): void {
    if (at.anchor !== '') this.#anchors.set(at.anchor, node);
  }

  #add(node: YamlNode): void {
    const parent = this.#open.at(-1);
    if (!parent) {
      this.root = node;
    } else if (parent.kind === 'sequence') {
      parent.items.push(node);
    } else {
      const depth = this.#keys.length - 1;
      const key = this.#keys[depth];
      if (key) parent.pairs.push({ key, value: node });
      this.#keys[depth] = key ? undefined : node;
    }
  }
}

type Place = Pick<YamlScalar, 'line' | 'column' | 'start' | 'end'>;

function collection(
  kind: 'sequence' | 'mapping',
  tag: string,
  place: Place,
  flow: boolean,
): OpenSequence | OpenMapping {
  const written = tag === '!' ? '' : shortTag(tag);
  return kind === 'sequence'
    ? { kind, ...place, flow, tag: written || '!!seq', items: [] }
    : { kind, ...place, flow, tag: written || '!!map', pairs: [] };
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
