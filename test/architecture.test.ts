import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which room may use which (ARCHITECTURE.md, "Allowed imports"). src/errors.ts and src/terminal-text.ts are everybody's. */
const ALLOWED: Record<string, readonly string[]> = {
  program: [],
  kube: [],
  exposition: [],
  inventory: ['kube'],
  'exporter-pages': ['exposition', 'inventory'],
  evidence: ['program'],
  'case-kit': ['kube', 'inventory', 'evidence', 'program', 'exposition', 'exporter-pages'],
  runner: ['case-kit', 'kube', 'inventory', 'evidence', 'program'],
  requirements: ['case-kit'],
  report: ['program', 'evidence'],
  submission: ['program', 'evidence'],
  cli: [
    'program',
    'kube',
    'exposition',
    'exporter-pages',
    'inventory',
    'evidence',
    'case-kit',
    'runner',
    'requirements',
    'report',
    'submission',
    'lab',
  ],
  lab: ['kube'],
};
/** What builds timelines for tests of requirements may look behind the kit. */
const BEHIND_THE_KIT = ['case-kit', 'kube', 'inventory', 'evidence', 'program', 'exposition', 'exporter-pages'];
/** The only file of the kit that a requirement may import: its public face. */
const KIT_FACE = 'src/case-kit/index.ts';

const root = resolve(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'go' || name === 'fixtures') return [];
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [path] : [];
  });
}

function room(file: string): string {
  const parts = relative(root, file).split('/');
  return parts[0] === 'lab' ? 'lab' : parts.length === 2 ? 'root' : (parts[1] ?? '');
}

interface Import {
  from: string;
  to: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...found].map(([, target]) => ({ from: file, to: resolve(dirname(file), target ?? '') }));
}

function offence({ from, to }: Import): string | undefined {
  const [a, b] = [room(from), room(to)];
  const line = `${relative(root, from)} -> ${relative(root, to)}`;
  if (b === 'root') return undefined;
  if (a === 'requirements' && b === 'requirements') {
    const folder = (file: string): string | undefined => relative(root, file).split('/')[2];
    // Files that lie directly in src/requirements/ (the catalogue of cases) may name every folder.
    const isCatalogue = relative(root, from).split('/').length === 3;
    if (isCatalogue || folder(from) === folder(to)) return undefined;
    return `${line}: a requirement never imports another one`;
  }
  if (a === b) return undefined;
  const builder = a === 'requirements' && relative(root, from).includes('/testing/');
  if (!(builder ? BEHIND_THE_KIT : (ALLOWED[a] ?? [])).includes(b)) return `${line}: ${a} may not import ${b}`;
  if (a === 'requirements' && !builder && relative(root, to) !== KIT_FACE) return `${line}: only ${KIT_FACE}`;
  return undefined;
}

describe('architecture', () => {
  const files = [...sources(join(root, 'src')), ...sources(join(root, 'lab'))];

  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it('keeps every import inside the allowed ones', () => {
    expect(files.flatMap(importsOf).map(offence).filter(Boolean)).toEqual([]);
  });

  it('would notice a forbidden import', () => {
    const kube = join(root, 'src/kube/client.ts');
    expect(offence({ from: kube, to: join(root, 'src/cli/main.ts') })).toMatch(/kube may not import cli/);
    const gang = join(root, 'src/requirements/gang_scheduling/case.ts');
    expect(offence({ from: gang, to: join(root, 'src/requirements/dra_support/case.ts') })).toMatch(
      /never imports another/,
    );
    expect(offence({ from: gang, to: join(root, 'src/case-kit/bench.ts') })).toMatch(/only src\/case-kit\/index/);
    expect(offence({ from: gang, to: join(root, 'src/runner/ledger.ts') })).toMatch(/may not import runner/);
  });

  it('has no dump of leftovers for a name, and no file over 300 lines', () => {
    const dumps = files.filter((file) =>
      /(^|\/)(utils?|helpers?|common|types|misc)(\.tsx?$|\/)/.test(relative(root, file)),
    );
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 300);
    expect([...dumps, ...long].map((file) => relative(root, file))).toEqual([]);
  });

  it('has one seed for all property tests', () => {
    const tests = ['src', 'lab', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
        .map((name) => join(folder, name)),
    );
    const own = tests.filter((file) => /^import .* from 'fast-check'/m.test(readFileSync(join(root, file), 'utf8')));
    expect(own).toEqual([]);
  });

  it('explains every room with a README', () => {
    const rooms = readdirSync(join(root, 'src')).filter((name) => statSync(join(root, 'src', name)).isDirectory());
    const silent = rooms.filter((name) => !readdirSync(join(root, 'src', name)).includes('README.md'));
    expect(silent).toEqual([]);
  });
});
