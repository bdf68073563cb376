import type { DecodedText } from './decode-bytes.ts';
import { takeDirectives } from './directives.ts';
import type { YamlNode } from './node.ts';
import { Scanner } from './scanner.ts';
import type { Token, TokenKind } from './token.ts';
import { type Properties, TreeBuilder } from './tree-builder.ts';
import { YamlFault } from './yaml-fault.ts';

/** How the parser goes on; the innermost collection is on top of the stack, so depth costs no calls. */
type Step = () => void;
type Collection = 'sequence' | 'mapping';

/** Instead of content behind `---`: the document is null. */
const NO_CONTENT: readonly TokenKind[] = [
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
];

/** Tokens behind which nothing was written: null. */
const AFTER_DASH: readonly TokenKind[] = ['block-entry', 'block-end'];
const AFTER_INDENTLESS_DASH: readonly TokenKind[] = ['block-entry', 'key', 'value', 'block-end'];
const AFTER_BLOCK_KEY: readonly TokenKind[] = ['key', 'value', 'block-end'];
const AFTER_FLOW_KEY: readonly TokenKind[] = ['value', 'flow-entry', 'flow-mapping-end'];

/**
 * Parses the first document only, as yaml.v3 does: what follows it is looked at no further than three tokens.
 * Returns undefined for a stream without a document. Throws YamlFault.
 */
export function parseFirstDocument(text: DecodedText): YamlNode | undefined {
  return new Parser(text).parse();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #tree: TreeBuilder;
  readonly #steps: Step[] = [];
  /** Where the open collections began, for messages. */
  readonly #starts: number[] = [];
  #handles: ReadonlyMap<string, string> = new Map();

  constructor(text: DecodedText) {
    this.#scanner = new Scanner(text);
    this.#tree = new TreeBuilder(text.text);
  }

  parse(): YamlNode | undefined {
    if (this.#scanner.peek().kind === 'stream-end') return undefined;
    const { explicit, handles } = takeDirectives(this.#scanner);
    this.#handles = handles;
    if (explicit) this.#takeStart();
    if (explicit && NO_CONTENT.includes(this.#scanner.peek().kind)) this.#tree.empty(this.#scanner.peek().start);
    else this.#node(true, false);
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) step();
    // The end of the document is looked for, whatever stands there: yaml.v3 needs the next token for it.
    if (this.#scanner.peek().kind === 'document-end') this.#scanner.take();
    return this.#tree.root;
  }

  #takeStart(): void {
    const token = this.#scanner.take();
    if (token.kind === 'document-start') return;
    throw new YamlFault('Directives ("%...") must be followed by a line "---".', token.start);
  }

  /** A node with its anchor and tag. A collection only begins here; its next step goes on the stack. */
  #node(block: boolean, indentless: boolean): void {
    if (this.#scanner.peek().kind === 'alias') {
      const { value, start, end } = this.#scanner.take();
      this.#tree.alias(value, start, end);
      return;
    }
    const at = this.#properties();
    const token = this.#scanner.peek();
    if (indentless && token.kind === 'block-entry') {
      this.#open('sequence', at, this.#indentlessSequence);
    } else if (token.kind === 'scalar') {
      this.#scanner.take();
      this.#tree.scalar(at, token.value, token.style, token.end);
    } else if (token.kind === 'flow-sequence-start') {
      this.#openAt(token, 'sequence', at, this.#firstInSequence);
    } else if (token.kind === 'flow-mapping-start') {
      this.#openAt(token, 'mapping', at, this.#firstInMapping);
    } else if (block && token.kind === 'block-sequence-start') {
      this.#openAt(token, 'sequence', at, this.#blockSequence);
    } else if (block && token.kind === 'block-mapping-start') {
      this.#openAt(token, 'mapping', at, this.#blockMapping);
    } else if (at.anchor !== '' || at.tag !== '') {
      this.#tree.scalar(at, '', 'plain', token.start);
    } else {
      throw new YamlFault(`A value is expected here, not ${describe(token)}.`, token.start);
    }
  }

  #properties(): Properties {
    const start = this.#scanner.peek().start;
    let anchor = '';
    let tag: Token | undefined;
    if (this.#scanner.peek().kind === 'anchor') {
      anchor = this.#scanner.take().value;
      if (this.#scanner.peek().kind === 'tag') tag = this.#scanner.take();
    } else if (this.#scanner.peek().kind === 'tag') {
      tag = this.#scanner.take();
      if (this.#scanner.peek().kind === 'anchor') anchor = this.#scanner.take().value;
    }
    return { start, anchor, tag: tag ? this.#tag(tag) : '' };
  }

  #tag({ value: handle, suffix, start }: Token): string {
    if (handle === '') return suffix;
    const prefix = this.#handles.get(handle);
    if (prefix === undefined) throw new YamlFault(`The tag handle "${handle}" is not declared.`, start);
    return prefix + suffix;
  }

  #open(kind: Collection, at: Properties, step: Step): void {
    this.#tree.open(kind, at);
    this.#steps.push(step);
  }

  #openAt(token: Token, kind: Collection, at: Properties, step: Step): void {
    this.#scanner.take();
    this.#starts.push(token.start);
    this.#open(kind, at, step);
  }

  /** Takes the token that ends the collection; `bracket`: it is part of it. */
  #closeAt(token: Token, bracket: boolean): void {
    this.#scanner.take();
    this.#starts.pop();
    this.#tree.close(bracket ? token.end : undefined);
  }

  /** A node, or null (placed at `emptyAt`) when one of `ends` follows. */
  #nodeOr(ends: readonly TokenKind[], emptyAt: number, block: boolean, indentless: boolean): void {
    const token = this.#scanner.peek();
    if (ends.includes(token.kind)) this.#tree.empty(emptyAt);
    else this.#node(block, indentless);
  }

  readonly #blockSequence = (): void => {
    const token = this.#scanner.peek();
    if (token.kind === 'block-end') {
      this.#closeAt(token, false);
    } else {
      if (token.kind !== 'block-entry') throw this.#unexpected(token, 'the list', '"- "');
      this.#scanner.take();
      this.#steps.push(this.#blockSequence);
      this.#nodeOr(AFTER_DASH, token.end, true, false);
    }
  };

  /** Items at the indentation of the key that they belong to. */
  readonly #indentlessSequence = (): void => {
    const token = this.#scanner.peek();
    if (token.kind !== 'block-entry') {
      this.#tree.close();
    } else {
      this.#scanner.take();
      this.#steps.push(this.#indentlessSequence);
      this.#nodeOr(AFTER_INDENTLESS_DASH, token.end, true, false);
    }
  };

  readonly #blockMapping = (): void => {
    const token = this.#scanner.peek();
    if (token.kind === 'block-end') {
      this.#closeAt(token, false);
    } else {
      if (token.kind !== 'key') throw this.#unexpected(token, 'the mapping', 'a key');
      this.#scanner.take();
      this.#steps.push(this.#blockValue);
      this.#nodeOr(AFTER_BLOCK_KEY, token.end, true, true);
    }
  };

  readonly #blockValue = (): void => {
    const token = this.#scanner.peek();
    this.#steps.push(this.#blockMapping);
    if (token.kind !== 'value') {
      this.#tree.empty(token.start);
    } else {
      this.#scanner.take();
      this.#nodeOr(AFTER_BLOCK_KEY, token.end, true, true);
    }
  };

  /** Steps over the comma between two items of `[]` or `{}`. */
  #comma(first: boolean, end: TokenKind, what: string, closing: string): Token {
    const token = this.#scanner.peek();
    if (first || token.kind === end) return token;
    if (token.kind !== 'flow-entry') throw this.#unexpected(token, what, `"," or "${closing}"`);
    this.#scanner.take();
    return this.#scanner.peek();
  }

  readonly #firstInSequence = (): void => this.#flowSequence(true);
  readonly #nextInSequence = (): void => this.#flowSequence(false);
  readonly #firstInMapping = (): void => this.#flowMapping(true);
  readonly #nextInMapping = (): void => this.#flowMapping(false);
  readonly #mappingValue = (): void => this.#flowValue('flow-mapping-end');
  readonly #noValue = (): void => this.#tree.empty(this.#scanner.peek().start);
  readonly #pairEnd = (): void => this.#tree.close(this.#scanner.peek().start);

  #flowSequence(first: boolean): void {
    const token = this.#comma(first, 'flow-sequence-end', 'the "["', ']');
    if (token.kind === 'flow-sequence-end') {
      this.#closeAt(token, true);
      return;
    }
    this.#steps.push(this.#nextInSequence);
    if (token.kind !== 'key') {
      this.#node(false, false);
    } else {
      // `[a: b]` holds a mapping of one pair.
      this.#scanner.take();
      this.#open('mapping', { start: token.start, anchor: '', tag: '' }, this.#pairKey);
    }
  }

  readonly #pairKey = (): void => {
    const token = this.#scanner.peek();
    this.#steps.push(this.#pairValue);
    if (token.kind === 'value' || token.kind === 'flow-entry' || token.kind === 'flow-sequence-end') {
      // yaml.v3 steps over this token, whatever it is.
      this.#scanner.take();
      this.#tree.empty(token.end);
    } else {
      this.#node(false, false);
    }
  };

  readonly #pairValue = (): void => {
    this.#steps.push(this.#pairEnd);
    this.#flowValue('flow-sequence-end');
  };

  #flowMapping(first: boolean): void {
    const token = this.#comma(first, 'flow-mapping-end', 'the "{"', '}');
    if (token.kind === 'flow-mapping-end') {
      this.#closeAt(token, true);
      return;
    }
    this.#steps.push(this.#nextInMapping);
    if (token.kind === 'key') {
      this.#scanner.take();
      this.#steps.push(this.#mappingValue);
      this.#nodeOr(AFTER_FLOW_KEY, this.#scanner.peek().start, false, false);
    } else {
      // A key without a value.
      this.#steps.push(this.#noValue);
      this.#node(false, false);
    }
  }

  /** Behind a key in `[]` or `{}`. */
  #flowValue(end: TokenKind): void {
    const token = this.#scanner.peek();
    if (token.kind === 'value') this.#scanner.take();
    const next = this.#scanner.peek();
    const none = token.kind !== 'value' || next.kind === 'flow-entry' || next.kind === end;
    if (none) this.#tree.empty(token.start);
    else this.#node(false, false);
  }

  #unexpected(token: Token, what: string, wanted: string): YamlFault {
    const from = this.#starts.at(-1);
    const where = from === undefined ? '' : ` that begins on line ${this.#tree.lines.at(from).line}`;
    return new YamlFault(
      `${describe(token)} stands where ${what}${where} should go on with ${wanted} (check the indentation and the quotes).`,
      token.start,
    );
  }
}

function describe({ kind, value }: Token): string {
  if (kind === 'scalar' || kind === 'alias')
    return JSON.stringify(value.length > 30 ? `${value.slice(0, 30)}...` : value);
  return WORDS[kind] ?? `something else (${kind})`;
}

const WORDS: Partial<Record<TokenKind, string>> = {
  'stream-end': 'the end of the file',
  key: 'a key',
  value: 'a ":"',
  'block-entry': 'a list item ("- ")',
  'block-end': 'text that is indented less',
  'block-mapping-start': 'a mapping that is indented further',
  'block-sequence-start': 'a list that is indented further',
  'flow-entry': 'a ","',
  'flow-sequence-start': 'a "["',
  'flow-sequence-end': 'a "]"',
  'flow-mapping-start': 'a "{"',
  'flow-mapping-end': 'a "}"',
  'document-start': 'a line "---"',
  'document-end': 'a line "..."',
};
