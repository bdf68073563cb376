import { NAME_RE } from 'xmlchars/xml/1.0/ed4.js';
import { ArtifactFault } from './test-report.ts';

/** What matters of an XML document: elements begin and end. */
export type XmlToken =
  | { readonly kind: 'start'; readonly name: string; readonly attributes: readonly XmlAttribute[] }
  | { readonly kind: 'end' };

export interface XmlAttribute {
  /** Without its prefix. */
  readonly name: string;
  readonly value: string;
}

const NAME = /[A-Za-z0-9_:.\-\x80-\xff]+/y;
const SPACE = /[ \r\n\t]*/y;
const ENTITY = /&(?:(lt|gt|amp|apos|quot)|#(\d+)|#x([0-9a-fA-F]+));/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ud800-\udfff\ue000-\ufffd]/;

/**
 * Reads XML as Go's encoding/xml does in its strict mode: more lenient than the standard in some places (text around the
 * root, attributes twice), deaf to DTDs (an entity that a DTD declares is an error), and UTF-8 only. Throws ArtifactFault.
 * Works on bytes, one per character of a string, since invalid UTF-8 only matters in text, values and names.
 */
export class XmlReader {
  readonly #text: string;
  #pos = 0;
  readonly #open: string[] = [];
  #selfClosed = false;

  constructor(bytes: Uint8Array) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }

  /** How many elements are open. */
  get depth(): number {
    return this.#open.length;
  }

  /** The next element's start or end. */
  next(): XmlToken {
    if (this.#selfClosed) {
      this.#selfClosed = false;
      this.#open.pop();
      return { kind: 'end' };
    }
    for (;;) {
      this.#skipText();
      const mark = this.#charAt(++this.#pos);
      if (mark === '/') return this.#end();
      if (mark === '?') this.#skipInstruction();
      else if (mark === '!') this.#skipDeclaration();
      else return this.#start();
    }
  }

  #fail(why: string): never {
    const line = this.#text.slice(0, this.#pos).split('\n').length;
    throw new ArtifactFault(`line ${line}: ${why}`);
  }

  #charAt(index: number): string {
    if (index >= this.#text.length) this.#fail('the file ends in the middle of the XML');
    return this.#text.charAt(index);
  }

  /** Up to the next `<`, which must come. */
  #skipText(): void {
    const end = this.#text.indexOf('<', this.#pos);
    if (end === -1) this.#fail('the file ends in the middle of the XML');
    const raw = this.#text.slice(this.#pos, end);
    if (raw.includes(']]>')) this.#fail('"]]>" stands in a text');
    if (raw !== '') this.#decode(raw, true);
    this.#pos = end;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#pos;
    SPACE.exec(this.#text);
    this.#pos = SPACE.lastIndex;
  }

  #name(what: string): string {
    NAME.lastIndex = this.#pos;
    const raw = NAME.exec(this.#text)?.[0];
    if (raw === undefined) return this.#fail(`${what} is missing its name`);
    this.#charAt(this.#pos + raw.length);
    const name = this.#utf8(raw);
    // Go has the tables of the standard's fourth edition too.
    if (!NAME_RE.test(name)) this.#fail(`${JSON.stringify(name)} is not an XML name`);
    this.#pos += raw.length;
    return name;
  }

  #qualifiedName(what: string): string {
    const name = this.#name(what);
    if (name.split(':').length > 2) this.#fail(`the name ${JSON.stringify(name)} has more than one colon`);
    return name;
  }

  #end(): XmlToken {
    this.#pos++;
    const name = this.#qualifiedName('an end tag');
    this.#skipSpace();
    if (this.#charAt(this.#pos++) !== '>') this.#fail(`the end tag </${name}> is not closed`);
    const open = this.#open.pop();
    if (open === undefined) this.#fail(`</${name}> has no start tag`);
    if (open !== name) this.#fail(`<${open}> is closed by </${name}>`);
    return { kind: 'end' };
  }

  #start(): XmlToken {
    const name = this.#qualifiedName('a start tag');
    const attributes: XmlAttribute[] = [];
    for (;;) {
      this.#skipSpace();
      const mark = this.#charAt(this.#pos);
      if (mark === '>') break;
      if (mark === '/') {
        if (this.#charAt(++this.#pos) !== '>') this.#fail(`<${name}/ is not closed`);
        this.#selfClosed = true;
        break;
      }
      attributes.push(this.#attribute());
    }
    this.#pos++;
    this.#open.push(name);
    return { kind: 'start', name: local(name), attributes };
  }

  #attribute(): XmlAttribute {
    const name = this.#qualifiedName('an attribute');
    this.#skipSpace();
    if (this.#charAt(this.#pos++) !== '=') this.#fail(`the attribute ${name} has no value`);
    this.#skipSpace();
    const quote = this.#charAt(this.#pos++);
    if (quote !== '"' && quote !== "'") this.#fail(`the value of the attribute ${name} has no quotes`);
    const end = this.#text.indexOf(quote, this.#pos);
    // Without a closing quote Go takes the rest of the file for the value, and then misses the end of the tag.
    if (end === -1) this.#fail(`the value of the attribute ${name} is not closed`);
    const raw = this.#text.slice(this.#pos, end);
    if (raw.includes('<')) this.#fail(`"<" stands in the value of the attribute ${name}`);
    const value = this.#decode(raw, true);
    this.#pos = end + 1;
    return { name: local(name), value };
  }

  #skipInstruction(): void {
    this.#pos++;
    const target = this.#name('a processing instruction');
    this.#skipSpace();
    const end = this.#text.indexOf('?>', this.#pos);
    if (end === -1) this.#fail('a processing instruction ("<?") is not closed');
    const content = this.#text.slice(this.#pos, end);
    this.#pos = end + 2;
    if (target !== 'xml') return;
    const version = pseudoAttribute('version', content);
    if (version !== '' && version !== '1.0') this.#fail(`XML ${version} is not read, only 1.0`);
    const encoding = pseudoAttribute('encoding', content);
    if (encoding !== '' && encoding.toLowerCase() !== 'utf-8')
      this.#fail(`the encoding ${encoding} is not read, only UTF-8`);
  }

  #skipDeclaration(): void {
    const mark = this.#charAt(++this.#pos);
    if (mark === '-') this.#skipComment();
    else if (mark === '[') this.#skipCdata();
    else this.#skipDirective();
  }

  #skipComment(): void {
    if (this.#charAt(++this.#pos) !== '-') this.#fail('"<!-" does not begin a comment');
    const dashes = this.#text.indexOf('--', this.#pos + 1);
    if (dashes === -1) this.#fail('a comment is not closed');
    if (this.#charAt(dashes + 2) !== '>') this.#fail('"--" stands in a comment');
    this.#pos = dashes + 3;
  }

  #skipCdata(): void {
    if (!this.#text.startsWith('CDATA[', this.#pos + 1)) this.#fail('"<![" does not begin a CDATA section');
    const from = this.#pos + 7;
    const end = this.#text.indexOf(']]>', from);
    if (end === -1) this.#fail('a CDATA section is not closed');
    this.#decode(this.#text.slice(from, end), false);
    this.#pos = end + 3;
  }

  /** `<!DOCTYPE ...>` and the like, with what is nested in it; nothing of it is looked at. */
  #skipDirective(): void {
    // The character behind "<!" counts for nothing, whatever it is.
    this.#pos++;
    let quote = '';
    for (let depth = 0; ; this.#pos++) {
      const mark = this.#charAt(this.#pos);
      if (quote !== '') {
        if (mark === quote) quote = '';
      } else if (mark === '>') {
        if (depth-- === 0) break;
      } else if (mark === '"' || mark === "'") {
        quote = mark;
      } else if (this.#text.startsWith('<!--', this.#pos)) {
        const end = this.#text.indexOf('-->', this.#pos + 4);
        if (end === -1) this.#fail('a comment is not closed');
        this.#pos = end + 2;
      } else if (mark === '<') {
        depth++;
      }
    }
    this.#pos++;
  }

  /** Text with its entities replaced. */
  #decode(raw: string, entities: boolean): string {
    let text = '';
    let from = 0;
    for (let at = entities ? raw.indexOf('&') : -1; at !== -1; at = raw.indexOf('&', from)) {
      ENTITY.lastIndex = at;
      const found = ENTITY.exec(raw);
      if (!found)
        return this.#fail(`${JSON.stringify(raw.slice(at, at + 20))} is not an entity that is known without a DTD`);
      text += this.#characters(raw.slice(from, at)) + this.#entity(found);
      from = ENTITY.lastIndex;
    }
    return text + this.#characters(raw.slice(from));
  }

  #entity([, name, decimal, hex]: RegExpExecArray): string {
    if (name !== undefined) return ENTITIES[name] ?? '';
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (!(code <= 0x10ffff)) this.#fail('an entity is not a Unicode character');
    const text = code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
    if (FORBIDDEN.test(text)) this.#fail('an entity is a control character');
    return text;
  }

  #characters(raw: string): string {
    const text = this.#utf8(raw);
    if (FORBIDDEN.test(text)) this.#fail('a text contains a control character');
    return text.replaceAll(/\r\n?/g, '\n');
  }

  #utf8(raw: string): string {
    if (!/[\x80-\xff]/.test(raw)) return raw;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(raw, 'latin1'));
    } catch {
      return this.#fail('the file is not UTF-8');
    }
  }
}

/** The name behind the prefix; a colon at either end belongs to the name. */
function local(name: string): string {
  const colon = name.indexOf(':');
  return colon > 0 && colon < name.length - 1 ? name.slice(colon + 1) : name;
}

/** Value of `version="1.0"` in an XML declaration, found the way Go looks for it; empty if there is none. */
function pseudoAttribute(name: string, content: string): string {
  const wanted = `${name}=`;
  for (let at = content.indexOf(wanted); at !== -1; at = content.indexOf(wanted, at + wanted.length + 1)) {
    const quote = content.charAt(at + wanted.length);
    if (quote !== '"' && quote !== "'") continue;
    const from = at + wanted.length + 1;
    const end = content.indexOf(quote, from);
    return end === -1 ? '' : content.slice(from, end);
  }
  return '';
}
