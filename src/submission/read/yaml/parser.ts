import type { Mark } from './cursor.ts';
import type { DecodedText } from './decode-bytes.ts';
import type { YamlNode } from './node.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './token.ts';
import { type Properties, TreeBuilder } from './tree-builder.ts';
import { YamlFault } from './yaml-fault.ts';

/** What the parser is in the middle of; the innermost is on top of the stack. */
type State =
  | 'block-sequence'
  | 'indentless-sequence'
  | 'block-mapping-key'
  | 'block-mapping-value'
  | 'flow-sequence-first'
  | 'flow-sequence'
  | 'flow-pair-key'
  | 'flow-pair-value'
  | 'flow-pair-end'
  | 'flow-mapping-first'
  | 'flow-mapping'
  | 'flow-mapping-value'
  | 'flow-mapping-no-value';

/**
 * Parses the first document only, as yaml.v3 does: what follows it is looked at no further than three tokens.
 * Returns undefined for a stream without a document. Throws YamlFault.
 */
export function parseFirstDocument(text: DecodedText): YamlNode | undefined {
  return new Parser(new Scanner(text)).parse();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #tree = new TreeBuilder();
  readonly #states: State[] = [];
  /** Where the open collections began, for messages. */
  readonly #starts: Mark[] = [];
  readonly #handles = new Map<string, string>();

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  parse(): YamlNode | undefined {
    if (!this.#startDocument()) return undefined;
    for (let state = this.#states.pop(); state !== undefined; state = this.#states.pop()) this.#step(state);
    // The end of the document is looked for, whatever stands there: yaml.v3 needs the next token for it.
    const after = this.#scanner.peek();
    if (after.kind === 'document-end') this.#scanner.take();
    return this.#tree.root;
  }

  /** Directives, `---`, and the first step into the content. False when there is no document. */
  #startDocument(): boolean {
    const first = this.#scanner.peek();
    if (first.kind === 'stream-end') return false;
    const explicit = this.#readDirectives();
    if (!explicit) {
      this.#node(true, false);
      return true;
    }
    const start = this.#scanner.peek();
    if (start.kind !== 'document-start')
      throw new YamlFault('Directives ("%...") must be followed by a line "---".', start.start.offset);
    this.#scanner.take();
    const next = this.#scanner.peek();
    const none = ['version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end'];
    if (none.includes(next.kind)) this.#tree.empty(next.start);
    else this.#node(true, false);
    return true;
  }

  /** Whether the document begins with directives or `---`. */
  #readDirectives(): boolean {
    let versions = 0;
    let token = this.#scanner.peek();
    const explicit = ['version-directive', 'tag-directive', 'document-start'].includes(token.kind);
    for (; token.kind === 'version-directive' || token.kind === 'tag-directive'; token = this.#scanner.peek()) {
      if (token.kind === 'version-directive') {
        if (++versions > 1) throw new YamlFault('There is more than one %YAML directive.', token.start.offset);
        if (token.value !== '1.1') {
          throw new YamlFault(
            `The official validator's parser only takes "%YAML 1.1", not ${token.value}; remove the line.`,
            token.start.offset,
          );
        }
      } else {
        if (this.#handles.has(token.value)) throw new YamlFault('A tag handle is declared twice.', token.start.offset);
        this.#handles.set(token.value, token.suffix);
      }
      this.#scanner.take();
    }
    if (!this.#handles.has('!')) this.#handles.set('!', '!');
    if (!this.#handles.has('!!')) this.#handles.set('!!', 'tag:yaml.org,2002:');
    return explicit;
  }

  #step(state: State): void {
    switch (state) {
      case 'block-sequence':
        return this.#blockSequence();
      case 'indentless-sequence':
        return this.#indentlessSequence();
      case 'block-mapping-key':
        return this.#blockMappingKey();
      case 'block-mapping-value':
        return this.#blockMappingValue();
      case 'flow-sequence-first':
        return this.#flowSequence(true);
      case 'flow-sequence':
        return this.#flowSequence(false);
      case 'flow-pair-key':
        return this.#flowPairKey();
      case 'flow-pair-value':
        return this.#flowPairValue();
      case 'flow-pair-end':
        return this.#tree.close(this.#scanner.peek().start.offset);
      case 'flow-mapping-first':
        return this.#flowMapping(true);
      case 'flow-mapping':
        return this.#flowMapping(false);
      case 'flow-mapping-value':
        return this.#flowMappingValue();
      case 'flow-mapping-no-value':
        this.#states.push('flow-mapping');
        return this.#tree.empty(this.#scanner.peek().start);
    }
  }

  /** A node with its anchor and tag. A collection only begins here; its state goes on the stack. */
  #node(block: boolean, indentless: boolean): void {
    const first = this.#scanner.peek();
    if (first.kind === 'alias') {
      this.#scanner.take();
      return this.#tree.alias(first.value, first.start, first.end);
    }
    const at = this.#properties();
    const token = this.#scanner.peek();
    if (indentless && token.kind === 'block-entry') return this.#open('sequence', at, false, 'indentless-sequence');
    if (token.kind === 'scalar') {
      this.#scanner.take();
      return this.#tree.scalar(at, token.value, token.style, token.end);
    }
    if (token.kind === 'flow-sequence-start') return this.#openAt(token, 'sequence', at, true, 'flow-sequence-first');
    if (token.kind === 'flow-mapping-start') return this.#openAt(token, 'mapping', at, true, 'flow-mapping-first');
    if (block && token.kind === 'block-sequence-start')
      return this.#openAt(token, 'sequence', at, false, 'block-sequence');
    if (block && token.kind === 'block-mapping-start')
      return this.#openAt(token, 'mapping', at, false, 'block-mapping-key');
    if (at.anchor !== '' || at.tag !== '') return this.#tree.scalar(at, '', 'plain', token.start.offset);
    throw new YamlFault(`A value is expected here, not ${describe(token)}.`, token.start.offset);
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
    if (prefix === undefined) throw new YamlFault(`The tag handle "${handle}" is not declared.`, start.offset);
    return prefix + suffix;
  }

  #open(kind: 'sequence' | 'mapping', at: Properties, flow: boolean, state: State): void {
    this.#tree.open(kind, at, flow);
    this.#states.push(state);
  }

  #openAt(token: Token, kind: 'sequence' | 'mapping', at: Properties, flow: boolean, state: State): void {
    this.#scanner.take();
    this.#starts.push(token.start);
    this.#open(kind, at, flow, state);
  }

  #closeAt(token: Token, bracket: boolean): void {
    this.#scanner.take();
    this.#starts.pop();
    this.#tree.close(bracket ? token.end : undefined);
  }

  /** Behind a `- `, `? ` or `: `: a node, or null when one of `ends` follows. */
  #nodeOr(ends: readonly Token['kind'][], emptyAt: Mark | undefined, block: boolean, indentless: boolean): void {
    const token = this.#scanner.peek();
    if (ends.includes(token.kind)) this.#tree.empty(emptyAt ?? token.start);
    else this.#node(block, indentless);
  }

  #blockSequence(): void {
    const token = this.#scanner.peek();
    if (token.kind === 'block-end') return this.#closeAt(token, false);
    if (token.kind !== 'block-entry') throw this.#unexpected(token, 'the list', '"- "');
    this.#scanner.take();
    this.#states.push('block-sequence');
    this.#nodeOr(['block-entry', 'block-end'], behind(token), true, false);
  }

  #indentlessSequence(): void {
    const token = this.#scanner.peek();
    if (token.kind !== 'block-entry') return this.#tree.close();
    this.#scanner.take();
    this.#states.push('indentless-sequence');
    this.#nodeOr(['block-entry', 'key', 'value', 'block-end'], behind(token), true, false);
  }

  #blockMappingKey(): void {
    const token = this.#scanner.peek();
    if (token.kind === 'block-end') return this.#closeAt(token, false);
    if (token.kind !== 'key') throw this.#unexpected(token, 'the mapping', 'a key');
    this.#scanner.take();
    this.#states.push('block-mapping-value');
    this.#nodeOr(['key', 'value', 'block-end'], behind(token), true, true);
  }

  #blockMappingValue(): void {
    const token = this.#scanner.peek();
    this.#states.push('block-mapping-key');
    if (token.kind !== 'value') return this.#tree.empty(token.start);
    this.#scanner.take();
    this.#nodeOr(['key', 'value', 'block-end'], behind(token), true, true);
  }

  /** Steps over the comma between two items of `[]` or `{}`. */
  #comma(first: boolean, end: Token['kind'], what: string, closing: string): Token {
    const token = this.#scanner.peek();
    if (first || token.kind === end) return token;
    if (token.kind !== 'flow-entry') throw this.#unexpected(token, what, `"," or "${closing}"`);
    this.#scanner.take();
    return this.#scanner.peek();
  }

  #flowSequence(first: boolean): void {
    const token = this.#comma(first, 'flow-sequence-end', 'the "["', ']');
    if (token.kind === 'flow-sequence-end') return this.#closeAt(token, true);
    this.#states.push('flow-sequence');
    if (token.kind !== 'key') return this.#node(false, false);
    // `[a: b]` holds a mapping of one pair.
    this.#scanner.take();
    this.#open('mapping', { start: token.start, anchor: '', tag: '' }, true, 'flow-pair-key');
  }

  #flowPairKey(): void {
    const token = this.#scanner.peek();
    this.#states.push('flow-pair-value');
    if (token.kind !== 'value' && token.kind !== 'flow-entry' && token.kind !== 'flow-sequence-end') {
      return this.#node(false, false);
    }
    // yaml.v3 steps over this token, whatever it is.
    this.#scanner.take();
    this.#tree.empty(behind(token));
  }

  #flowPairValue(): void {
    const token = this.#scanner.peek();
    this.#states.push('flow-pair-end');
    if (token.kind !== 'value') return this.#tree.empty(token.start);
    this.#scanner.take();
    this.#nodeOr(['flow-entry', 'flow-sequence-end'], token.start, false, false);
  }

  #flowMapping(first: boolean): void {
    const token = this.#comma(first, 'flow-mapping-end', 'the "{"', '}');
    if (token.kind === 'flow-mapping-end') return this.#closeAt(token, true);
    if (token.kind === 'key') {
      this.#scanner.take();
      this.#states.push('flow-mapping-value');
      this.#nodeOr(['value', 'flow-entry', 'flow-mapping-end'], undefined, false, false);
    } else {
      this.#states.push('flow-mapping-no-value');
      this.#node(false, false);
    }
  }

  #flowMappingValue(): void {
    const token = this.#scanner.peek();
    this.#states.push('flow-mapping');
    if (token.kind !== 'value') return this.#tree.empty(token.start);
    this.#scanner.take();
    this.#nodeOr(['flow-entry', 'flow-mapping-end'], undefined, false, false);
  }

  #unexpected(token: Token, what: string, wanted: string): YamlFault {
    const from = this.#starts.at(-1);
    const where = from ? ` that begins on line ${from.line + 1}` : '';
    return new YamlFault(
      `${describe(token)} stands where ${what}${where} should go on with ${wanted} (check the indentation and the quotes).`,
      token.start.offset,
    );
  }
}

function behind(token: Token): Mark {
  const width = token.end - token.start.offset;
  return { offset: token.end, line: token.start.line, column: token.start.column + width };
}

function describe(token: Token): string {
  switch (token.kind) {
    case 'scalar':
    case 'alias':
      return `"${token.value.length > 30 ? `${token.value.slice(0, 30)}...` : token.value}"`;
    case 'stream-end':
      return 'the end of the file';
    default:
      return `the start or end of something (${token.kind})`;
  }
}
