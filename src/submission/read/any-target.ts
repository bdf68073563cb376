import type { Decoder } from './decoder.ts';
import type { Target } from './target.ts';
import type { Call } from './trampoline.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from './yaml/node.ts';
import type { Resolved } from './yaml/resolve.ts';

/** A date as written; yaml.v3 makes a time of it, which is not a text. */
export interface YamlTimestamp {
  readonly timestamp: string;
}

/** Takes a value of whatever type. What is inside of collections is decoded for its errors only. */
export class AnyTarget implements Target {
  readonly what = 'a value';
  readonly #decoder: Decoder;
  /** string, number, boolean, null, YamlTimestamp, or the node itself for a list or a mapping. */
  value: unknown = null;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  null(): void {
    this.value = null;
  }

  scalar({ tag, value }: Resolved, node: YamlScalar): void {
    this.value = tag === '!!timestamp' ? ({ timestamp: node.value } satisfies YamlTimestamp) : value;
  }

  *sequence(node: YamlSequence): Call<boolean> {
    for (const item of node.items) yield* this.#inner(item);
    this.value = node;
    return true;
  }

  *mapping(node: YamlMapping): Call<boolean> {
    yield this.#decoder.pairs(node, this, (_key, { value }) => this.#inner(value), true);
    this.value = node;
    return true;
  }

  *#inner(node: YamlNode): Call<boolean> {
    const target = new AnyTarget(this.#decoder);
    return node.kind === 'scalar' ? this.#decoder.leaf(node, target) : yield this.#decoder.decode(node, target);
  }
}
