import type { Position } from '../finding.ts';
import { ENTRY_FIELDS, type Entry, type Located, type MetadataValue } from '../submission.ts';
import { AnyTarget } from './any-target.ts';
import { type Decoder, isMerge } from './decoder.ts';
import type { Target } from './target.ts';
import { TextTarget } from './text-target.ts';
import type { Call } from './trampoline.ts';
import type { YamlMapping, YamlNode, YamlSequence } from './yaml/node.ts';

/** A category of spec with what is listed under it. */
interface Category {
  readonly at: Located<string>;
  readonly entries: Entry[];
}

/** The document as the official validator's type has it: `metadata` a mapping of anything, `spec` lists of entries. */
export class SubmissionTarget implements Target {
  readonly what = 'a mapping with "metadata" and "spec"';
  readonly keysAreSubjects = true;
  readonly #decoder: Decoder;
  metadata: Map<string, MetadataValue> | undefined;
  metadataAt: Position | undefined;
  spec: Map<string, Category> | undefined;
  specAt: Position | undefined;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  *mapping(node: YamlMapping): Call<boolean> {
    const once = new OnceEach(this.#decoder);
    return yield this.#decoder.pairs(node, this, (name, { key, value }) => {
      if (name === 'metadata' && once.first(name, key)) return this.#metadata(key, value);
      return name === 'spec' && once.first(name, key) ? this.#spec(key, value) : undefined;
    });
  }

  *#metadata(key: YamlNode, value: YamlNode): Call<boolean> {
    const decoder = this.#decoder;
    const target: Target = {
      what: 'a mapping (the metadata)',
      keysAreSubjects: true,
      null: () => {
        this.metadata = undefined;
      },
      mapping: (node) => {
        const metadata = this.metadata ?? new Map<string, MetadataValue>();
        this.metadata = metadata;
        this.metadataAt = place(key);
        return decoder.pairs(node, target, (name, pair) => decodeMetadata(decoder, metadata, name, pair));
      },
    };
    return yield* about(decoder, 'metadata', decoder.decode(value, target));
  }

  *#spec(key: YamlNode, value: YamlNode): Call<boolean> {
    const decoder = this.#decoder;
    const target: Target = {
      what: 'a mapping (the spec: categories with lists)',
      keysAreSubjects: true,
      null: () => {
        this.spec = undefined;
      },
      mapping: (node) => {
        const spec = this.spec ?? new Map<string, Category>();
        this.spec = spec;
        this.specAt = place(key);
        return decoder.pairs(node, target, (name, pair) => decodeCategory(decoder, spec, name, pair));
      },
    };
    return yield* about(decoder, 'spec', decoder.decode(value, target));
  }
}

/** Tells a field that a struct has set already; yaml.v3 refuses a second key that only looks different (`*alias`). */
class OnceEach {
  readonly #decoder: Decoder;
  readonly #done = new Set<string>();

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  first(name: string, key: YamlNode): boolean {
    if (!this.#done.has(name)) {
      this.#done.add(name);
      return true;
    }
    this.#decoder.report('yaml-duplicate-key', key, `The key "${name}" is set twice.`);
    return false;
  }
}

function* decodeMetadata(
  decoder: Decoder,
  metadata: Map<string, MetadataValue>,
  name: string,
  { key, value }: { key: YamlNode; value: YamlNode },
): Call<boolean> {
  const target = new AnyTarget(decoder);
  const done = yield* about(decoder, name, decoder.decode(value, target));
  metadata.delete(name);
  metadata.set(name, { value: target.value, ...place(value), key: place(key) });
  return done;
}

function* decodeCategory(
  decoder: Decoder,
  spec: Map<string, Category>,
  name: string,
  { key, value }: { key: YamlNode; value: YamlNode },
): Call<boolean> {
  const category: Category = { at: { value: name, ...place(key) }, entries: [] };
  const target: Target = {
    what: 'a list of requirements',
    null: () => undefined,
    *sequence(node: YamlSequence): Call<boolean> {
      for (const item of node.items) {
        const entry = new EntryTarget(decoder, name, category.entries.length, item);
        const done = yield* about(decoder, subjectOf(item, name), decoder.decode(item, entry));
        if (done && entry.entry) category.entries.push(entry.entry);
      }
      return true;
    },
  };
  const done = yield* about(decoder, name, decoder.decode(value, target));
  spec.delete(name);
  spec.set(name, category);
  return done;
}

type TextField = Exclude<(typeof ENTRY_FIELDS)[number], 'evidence'>;

const WANTED: Readonly<Record<TextField, string>> = {
  id: 'a text (id)',
  description: 'a text (description)',
  level: 'a text (level)',
  status: 'a text (status)',
  notes: 'a text (notes)',
};

type Draft = { -readonly [K in keyof Entry]: Entry[K] };

class EntryTarget implements Target {
  readonly what = 'a requirement (a mapping with id, status, evidence ...)';
  readonly #decoder: Decoder;
  readonly #blank: Omit<Draft, 'node'>;
  /** There once a mapping was seen. */
  entry: Draft | undefined;

  constructor(decoder: Decoder, category: string, index: number, item: YamlNode) {
    this.#decoder = decoder;
    const [id, description, level, status, notes] = Array<undefined>(5);
    this.#blank = {
      category,
      index,
      ...place(item),
      id,
      description,
      level,
      status,
      notes,
      evidence: [],
      unknownKeys: [],
    };
  }

  *mapping(node: YamlMapping): Call<boolean> {
    // A second mapping is what a `<<` brings in.
    const entry = this.entry ?? { ...this.#blank, node };
    this.entry = entry;
    const once = new OnceEach(this.#decoder);
    const unknown: Located<string>[] = [];
    yield this.#decoder.pairs(node, this, (name, { key, value }) => {
      const field = ENTRY_FIELDS.find((known) => known === name);
      if (!field) {
        unknown.push({ value: name, ...place(key) });
        return undefined;
      }
      if (!once.first(name, key)) return undefined;
      if (field === 'evidence') return this.#evidence(entry, value);
      if (value.kind !== 'scalar') return this.#text(entry, field, value);
      const text = new TextTarget(WANTED[field]);
      if (this.#decoder.leaf(value, text)) entry[field] = { value: text.text, ...place(value) };
      return undefined;
    });
    entry.unknownKeys = [...entry.unknownKeys, ...unknown];
    return true;
  }

  *#text(entry: Draft, field: TextField, value: YamlNode): Call<boolean> {
    const text = new TextTarget(WANTED[field]);
    if (!(yield this.#decoder.decode(value, text))) return false;
    entry[field] = { value: text.text, ...place(value) };
    return true;
  }

  *#evidence(entry: Draft, value: YamlNode): Call<boolean> {
    const decoder = this.#decoder;
    return yield decoder.decode(value, {
      what: 'a list of texts (evidence)',
      null: () => {
        entry.evidence = [];
      },
      *sequence(node: YamlSequence): Call<boolean> {
        const items: Located<string>[] = [];
        for (const item of node.items) {
          const text = new TextTarget('a text (an item of evidence)');
          if (item.kind === 'scalar' ? decoder.leaf(item, text) : yield decoder.decode(item, text))
            items.push({ value: text.text, ...place(item) });
        }
        entry.evidence = items;
        return true;
      },
    });
  }
}

/** Says what problems are about while something is decoded. */
function* about(decoder: Decoder, subject: string, call: Call<boolean>): Call<boolean> {
  const before = decoder.subject;
  decoder.subject = subject;
  const done = yield call;
  decoder.subject = before;
  return done;
}

/** The id of an entry as far as it can be seen before decoding; else its category. */
function subjectOf(item: YamlNode, category: string): string {
  const node = target(item);
  if (node?.kind !== 'mapping') return category;
  const id = node.pairs.find(({ key }) => key.kind === 'scalar' && key.value === 'id')?.value;
  const text = id && target(id);
  return text?.kind === 'scalar' && text.value !== '' ? text.value : category;
}

function target(node: YamlNode): Exclude<YamlNode, { kind: 'alias' }> | undefined {
  const found = node.kind === 'alias' ? node.target : node;
  return found.kind === 'alias' ? undefined : found;
}

function place({ line, column }: YamlNode): Position {
  return { line, column };
}

/** The keys of a mapping at the top of the document, in order. */
export function keysOf(node: YamlNode | undefined): readonly Located<string>[] {
  if (node?.kind !== 'mapping') return [];
  return node.pairs.flatMap(({ key }) =>
    key.kind === 'scalar' && !isMerge(key) ? [{ value: key.value, ...place(key) }] : [],
  );
}
