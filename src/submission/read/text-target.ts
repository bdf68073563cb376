import { AnyTarget } from './any-target.ts';
import type { Decoder } from './decoder.ts';
import type { Target } from './target.ts';
import type { Call } from './trampoline.ts';
import type { YamlMapping, YamlScalar, YamlSequence } from './yaml/node.ts';
import type { Resolved } from './yaml/resolve.ts';

/** Takes a key or a value as text: whatever a plain scalar looks like, its text counts. */
export class TextTarget implements Target {
  readonly what: string;
  text = '';

  constructor(what: string) {
    this.what = what;
  }

  scalar(value: Resolved, node: YamlScalar): void {
    this.text = value.tag === '!!binary' ? String(value.value) : node.value;
  }
}

/** Takes the key of a mapping that has a `<<`, of any type; two keys of different types are never the same. */
export class KeyTarget implements Target {
  readonly what = 'a key';
  readonly #decoder: Decoder;
  text = '';

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  null(): void {
    this.text = '!!null';
  }

  scalar({ value, tag }: Resolved): void {
    this.text = typeof value === 'string' && tag !== '!!timestamp' ? value : `${tag} ${String(value)}`;
  }

  *sequence(node: YamlSequence): Call<boolean> {
    yield new AnyTarget(this.#decoder).sequence(node);
    return this.#decoder.end('yaml-type-error', node, 'A list cannot be a key.');
  }

  *mapping(node: YamlMapping): Call<boolean> {
    yield new AnyTarget(this.#decoder).mapping(node);
    return this.#decoder.end('yaml-type-error', node, 'A mapping cannot be a key.');
  }
}
