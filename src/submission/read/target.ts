import type { Call } from './trampoline.ts';
import type { YamlMapping, YamlScalar, YamlSequence } from './yaml/node.ts';
import type { Resolved } from './yaml/resolve.ts';

/** What a node is decoded into. A missing method means that such a node does not fit: a yaml-type-error. */
export interface Target {
  /** In words, for messages: `a list of texts`. */
  readonly what: string;
  /** The keys are what problems are about: metadata keys, categories. */
  readonly keysAreSubjects?: true;
  /** Takes null. Without it null is left out: neither an error nor a value. */
  null?(): void;
  scalar?(value: Resolved, node: YamlScalar): void;
  sequence?(node: YamlSequence): Call<boolean>;
  mapping?(node: YamlMapping): Call<boolean>;
}
