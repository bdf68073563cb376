import { describe, expect, it } from 'vitest';
import type { YamlNode } from './node.ts';
import { parseYaml } from './parse-yaml.ts';

/** The tree as lines: place, what it is, and the text that its range covers. */
function outline(text: string): readonly string[] {
  const { root } = parseYaml(Buffer.from(text));
  const lines: string[] = [];
  const visit = (node: YamlNode, depth: number): void => {
    const covered = text.slice(node.start, node.end).replaceAll('\n', '|');
    const what =
      node.kind === 'scalar' ? `${node.tag} ${node.style}` : node.kind === 'alias' ? `*${node.name}` : node.tag;
    lines.push(`${'  '.repeat(depth)}${node.line}:${node.column} ${what} ${covered}`);
    if (node.kind === 'sequence') for (const item of node.items) visit(item, depth + 1);
    if (node.kind !== 'mapping') return;
    for (const { key, value } of node.pairs) {
      visit(key, depth + 1);
      visit(value, depth + 1);
    }
  };
  if (root) visit(root, 0);
  return lines;
}

const fault = (text: string | Uint8Array): string | undefined => {
  const found = parseYaml(Buffer.from(text as string)).fault;
  return found && `${found.line}:${found.column} ${found.message}`;
};

describe('parseYaml', () => {
  it('tells where every node stands and which text it covers', () => {
    expect(outline('a: b\nc:\n- "d"\n- [e, f]\n- |\n  g\nh: &x !!str 1\ni: *x\nj:\n')).toEqual([
      '1:1 !!map a: b|c:|- "d"|- [e, f]|- ||  g|h: &x !!str 1|i: *x|j:',
      '  1:1 !!str plain a',
      '  1:4 !!str plain b',
      '  2:1 !!str plain c',
      '  3:1 !!seq - "d"|- [e, f]|- ||  g|',
      '    3:3 !!str double "d"',
      '    4:3 !!seq [e, f]',
      '      4:4 !!str plain e',
      '      4:7 !!str plain f',
      '    5:3 !!str literal ||  g|',
      '  7:1 !!str plain h',
      '  7:4 !!str plain &x !!str 1',
      '  8:1 !!str plain i',
      '  8:4 *x *x',
      '  9:1 !!str plain j',
      '  9:3 !!null plain ',
    ]);
  });

  it('counts lines as editors do and columns in UTF-16 units', () => {
    expect(outline('"\ud83d\ude00": "b\u2028c"\r\nd: {y: z}\n').slice(1)).toEqual([
      '  1:1 !!str double "\ud83d\ude00"',
      '  1:7 !!str double "b\u2028c"',
      '  2:1 !!str plain d',
      '  2:4 !!map {y: z}',
      '    2:5 !!str plain y',
      '    2:8 !!str plain z',
    ]);
  });

  it('stops behind the first document', () => {
    expect(outline('a\n---\nb\n')).toEqual(['1:1 !!str plain a']);
    expect(outline('# nothing\n')).toEqual([]);
  });

  it('tells in plain words what is wrong, and where', () => {
    expect(fault('a: b: c\n')).toBe(
      '1:5 A ": " cannot stand here: the text before it is no key. Quote the value if it contains ": ".',
    );
    expect(fault('a:\n\tb: c\n')).toBe('2:1 A tab cannot stand here; indent with spaces.');
    expect(fault('a: "b\n')).toBe('1:4 A quoted value is not closed before the end of the file.');
    expect(fault('a: [b\nc: d\n')).toMatch(
      /^2:2 a ":" stands where the "\[" that begins on line 1 should go on with "," or "\]"/,
    );
    expect(fault('a:\n  - b\n c: d\n')).toMatch(/^3:2 /);
    expect(fault('a: *b\n')).toMatch(/^1:4 The alias "\*b" has no anchor/);
    expect(fault('a: @b\n')).toBe('1:4 "@" cannot begin a value; quote it.');
    expect(fault('%YAML 1.2\n---\na: b\n')).toMatch(/^1:1 .*"%YAML 1.1" only, not 1.2/);
    expect(fault(Buffer.concat([Buffer.from('a: b\nc: '), Buffer.from([0xff])]))).toBe(
      '2:4 The file contains a byte that cannot start a UTF-8 character.',
    );
    expect(fault('a: "\x07"\n')).toBe('1:5 The file contains a control character (U+0007).');
  });
});
