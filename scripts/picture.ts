import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import stringWidth from 'string-width';
import { readChecklistText } from '../src/program/checklist-text.ts';

const SGR: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  4: 'underline',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
};
/** Mistakes that real submissions have. */
const MISTAKES: readonly (readonly [right: string, wrong: string])[] = [
  ['platformVersion: "4.2.0"', 'platformVersion: v1.37'],
  ['conformance@tidewater.platform', '"[Contact Email Address]"'],
  ['status: N/A\n      evidence: []', 'status: Implemented\n      evidence: [evidence/pod-autoscaling.md]'],
  ['evidence/robust-controller.md', 'evidence/robust_controller.md'],
];

/** What ends a style: 22 bold and dim, 24 underline, 39 colour. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  22: ['bold', 'dim'],
  24: ['underline'],
  39: ['red', 'green', 'yellow', 'blue'],
};

/**
 * Draws docs/images/validate.svg from what the built CLI really prints about examples/v1.37/sound with four mistakes.
 * Usage: node scripts/picture.ts DIR, where DIR is a checkout of the programme: its official sentences are filled into a
 * copy of the example, as in a real submission (they are not in this repository, nor in the picture).
 */
const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('usage: node scripts/picture.ts CHECKOUT_OF_THE_PROGRAMME');
const columns = 108;
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-picture-'));
cpSync('examples/v1.37/sound', join(folder, 'v1.37/tidewater'), { recursive: true });
const product = join(folder, 'v1.37/tidewater/PRODUCT.yaml');
const { descriptions } = readChecklistText(program, '1.37');
const filled = readFileSync(product, 'utf8').replace(/^( +)- id: (\w+)$/gm, (line, indent: string, id: string) => {
  return `${line}\n${indent}  description: ${JSON.stringify(descriptions.get(id) ?? '')}`;
});
writeFileSync(product, MISTAKES.reduce(spoilt, filled));
const output = printed(['validate', 'v1.37/tidewater'], folder);
rmSync(folder, { recursive: true });
writeFileSync('docs/images/validate.svg', drawn(`$ plimsoll validate v1.37/tidewater\n${output}`));

function spoilt(text: string, [right, wrong]: readonly [string, string]): string {
  if (!text.includes(right)) throw new Error(`the example no longer has: ${right}`);
  return text.replace(right, wrong);
}

/** Output with colours. The exit code is 1: the example has errors. */
function printed(args: readonly string[], cwd: string): string {
  const env = { ...process.env, FORCE_COLOR: '1', COLUMNS: String(columns) };
  try {
    return execFileSync(resolve('plimsoll'), args, { cwd, env, encoding: 'utf8' });
  } catch (error) {
    const { stdout, status } = error as { stdout?: string; status?: number };
    if (status !== 1 || stdout === undefined) throw error;
    return stdout;
  }
}

/** A terminal's picture: one text element for each run of one style. */
function drawn(text: string): string {
  const lines = text.trimEnd().split('\n');
  const [size, cell, step, margin] = [14, 8.43, 20, 20];
  const [width, height] = [Math.ceil(columns * cell + 2 * margin), lines.length * step + 2 * margin];
  const body = lines.flatMap((line, row) => {
    let column = 0;
    return runs(line).map(({ words, classes }) => {
      // Blanks are places, not letters: renderers differ in what they keep of them.
      const shown = words.trim();
      const x = (margin + (column + words.length - words.trimStart().length) * cell).toFixed(1);
      column += stringWidth(words);
      return shown === '' ? '' : `<text x="${x}" y="${margin + row * step + size}"${classes}>${escaped(shown)}</text>`;
    });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>Output of plimsoll validate on a synthetic submission</title>',
    `<style>text{font:${size}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6deeb;white-space:pre}`,
    '.bold{font-weight:700}.dim{fill:#7f8fa6}.underline{text-decoration:underline}',
    '.red{fill:#ff7b72}.green{fill:#7ee787}.yellow{fill:#e3b341}.blue{fill:#79c0ff}</style>',
    `<rect width="${width}" height="${height}" rx="10" fill="#0d1420"/>`,
    ...body.filter(Boolean),
    '</svg>',
    '',
  ].join('\n');
}

function runs(line: string): { words: string; classes: string }[] {
  const on = new Set<string>();
  const parts: { words: string; classes: string }[] = [];
  // Whatever follows an escape begins with the number of its style.
  for (const [index, part] of line.split('\u001b[').entries()) {
    const [, code = '', words = ''] = index === 0 ? ['', '', part] : (/^(\d+)m(.*)$/.exec(part) ?? []);
    const begins = SGR[code];
    if (begins !== undefined) on.add(begins);
    for (const end of ENDS[code] ?? []) on.delete(end);
    if (words !== '') parts.push({ words, classes: on.size > 0 ? ` class="${[...on].join(' ')}"` : '' });
  }
  return parts;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
