/**
 * How much one has to read to understand a case, and how much is worded by hand: `node scripts/case-metrics.ts [CHECKOUT]` (default:
 * this one; figures of an old commit come from a worktree of it, with its node_modules). `--json` prints the same as JSON.
 *
 * A case's files: the file that exports it and all that it imports inside src/requirements, directly or not, types included. The kit,
 * the other rooms and tests are not counted. A case that no file exports by itself counts from the list that has it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';

const { positionals, values: flags } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const ROOT = resolve(positionals[0] ?? join(import.meta.dirname, '..'));
const REQUIREMENTS = join(ROOT, 'src/requirements');
/** The face of the kit, newest place first. */
const KIT = ['src/case-kit/index.ts', 'src/runner/case-kit.ts'].map((path) => join(ROOT, path)).find(existsSync) ?? '';

const BY_HAND = ['passes', 'fails', 'undecided', 'remark', 'doesNotApply'];
const WINDOWS = ['mark', 'between', 'after', 'before', 'since'];

interface Source {
  readonly file: string;
  readonly lines: number;
  readonly parsed: ParseResult;
  /** Files of ours that it imports or passes on. */
  readonly uses: readonly string[];
}

const sources = new Map<string, Source>();

function sourceOf(file: string): Source {
  const known = sources.get(file);
  if (known) return known;
  const text = readFileSync(file, 'utf8');
  const parsed = parseSync(file, text);
  const specifiers = [
    ...parsed.module.staticImports.map((one) => one.moduleRequest.value),
    ...parsed.module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value ?? '')),
  ];
  const uses = [...new Set(specifiers.filter((one) => /^\..*\.tsx?$/.test(one)))].map((one) =>
    resolve(dirname(file), one),
  );
  const made = { file, lines: text.split('\n').length - 1, parsed, uses };
  sources.set(file, made);
  return made;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'fixtures' ? [] : filesBelow(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
const textOf = ({ file }: Source, { start, end }: { start: number; end: number }): string =>
  readFileSync(file, 'utf8').slice(start, end);
const isTest = (file: string): boolean => /\.test\.tsx?$|\/testing\//.test(file);
const inside = (folder: string, file: string): boolean => !relative(folder, file).startsWith('..');
const requirementOf = (file: string): string => relative(REQUIREMENTS, file).split('/')[0] ?? '';

const requirementFiles = filesBelow(REQUIREMENTS).filter((file) => !isTest(file));

/** Names by which a file knows what it imports from the kit: own name -> the kit's name. */
function fromKit({ file, parsed }: Source): Map<string, string> {
  const names = parsed.module.staticImports
    .filter((one) => resolve(dirname(file), one.moduleRequest.value) === KIT)
    .flatMap((one) => one.entries)
    .map((entry) => [entry.localName.value, entry.importName.name ?? '*'] as const);
  return new Map(names);
}

interface Counted {
  readonly byHand: string[];
  /** Literals given to `mark` and the windows, and calls that give them something else. */
  readonly markStrings: string[];
  readonly otherMarks: number;
}

function counted(source: Source): Counted {
  const kit = fromKit(source);
  const byHand: string[] = [];
  const markStrings: string[] = [];
  let otherMarks = 0;
  new Visitor({
    CallExpression({ callee, arguments: given }) {
      if (callee.type === 'Identifier') {
        const name = kit.get(callee.name);
        if (name !== undefined && BY_HAND.includes(name)) byHand.push(name);
        return;
      }
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (!WINDOWS.includes(callee.property.name)) return;
      for (const one of given.slice(0, callee.property.name === 'mark' ? 1 : 2)) {
        if (one.type === 'Literal' && typeof one.value === 'string') markStrings.push(one.value);
        else if (one.type === 'TemplateLiteral') markStrings.push(textOf(source, one));
        else otherMarks += 1;
      }
    },
  }).visit(source.parsed.program);
  return { byHand, markStrings, otherMarks };
}

/** Names that the kit exports, those that it passes on included. */
function exportsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const names = new Set<string>();
  for (const { entries } of sourceOf(file).parsed.module.staticExports)
    for (const { exportName, importName, moduleRequest } of entries) {
      if (exportName.name !== null) names.add(exportName.name);
      else if (importName.kind === 'AllButDefault' && moduleRequest)
        for (const name of exportsOf(resolve(dirname(file), moduleRequest.value), seen)) names.add(name);
    }
  return names;
}

/** The file, and what it imports inside src/requirements. */
function readFor(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !inside(REQUIREMENTS, file) || isTest(file)) return seen;
  seen.add(file);
  for (const used of sourceOf(file).uses) readFor(used, seen);
  return seen;
}

/** Every case, with the file that exports it. */
async function definitions(): Promise<{ readonly id: string; readonly file: string }[]> {
  const load = async (file: string) => (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const list = join(REQUIREMENTS, 'all-cases.ts');
  const { ALL_CASES } = (await load(list)) as { ALL_CASES: readonly { readonly id: string }[] };
  const exporters = await Promise.all(
    requirementFiles
      .filter((file) => file !== list)
      .map(async (file) => ({ file, values: Object.values(await load(file)) })),
  );
  return ALL_CASES.map((one) => {
    const own = exporters.filter(({ values }) => values.includes(one));
    const lists = exporters.filter(({ values }) => values.some((value) => Array.isArray(value) && value.includes(one)));
    const [from] = [...own, ...lists].toSorted((a, b) => Number(own.includes(b)) - Number(own.includes(a)));
    if (from === undefined) throw new Error(`no file in src/requirements exports ${one.id}`);
    return { id: one.id, file: from.file };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
function at(share: number, numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;
}

async function measured() {
  const all = requirementFiles.map((file) => ({ file, ...counted(sourceOf(file)) }));
  const cases = (await definitions())
    .map(({ id, file }) => {
      const files = [...readFor(file)];
      return {
        id,
        file: relative(ROOT, file),
        files: files.length,
        lines: sum(files.map((one) => sourceOf(one).lines)),
      };
    })
    .toSorted((a, b) => b.files - a.files || b.lines - a.lines);

  const past = requirementFiles.flatMap((file) =>
    sourceOf(file)
      .uses.filter((used) => used !== KIT && !inside(REQUIREMENTS, used) && !used.endsWith('src/errors.ts'))
      .map((used) => relative(join(ROOT, 'src'), used).split('/')[0] ?? ''),
  );
  const pastByRoom: Record<string, number> = Object.fromEntries(
    [...Map.groupBy(past, (room) => room)].map(([room, of]) => [room, of.length]),
  );

  const users = new Map<string, Set<string>>();
  for (const file of requirementFiles)
    for (const name of fromKit(sourceOf(file)).values())
      users.set(name, (users.get(name) ?? new Set()).add(requirementOf(file)));
  const exported = [...exportsOf(KIT)].toSorted();
  const usedBy = (count: number): string[] => exported.filter((name) => (users.get(name)?.size ?? 0) === count);

  const lengths = (files: readonly string[]) => {
    const lines = files.map((file) => sourceOf(file).lines);
    return { files: files.length, lines: sum(lines), p90: at(0.9, lines), longest: Math.max(...lines) };
  };
  const everything = [...filesBelow(join(ROOT, 'src')), ...filesBelow(join(ROOT, 'lab'))];
  return {
    cases,
    filesPerCase: {
      worst: cases[0]?.files ?? 0,
      median: at(
        0.5,
        cases.map((one) => one.files),
      ),
    },
    linesPerCase: {
      worst: Math.max(...cases.map((one) => one.lines)),
      median: at(
        0.5,
        cases.map((one) => one.lines),
      ),
    },
    findingsByHand: Object.fromEntries(
      BY_HAND.map((name) => [name, all.flatMap((one) => one.byHand).filter((one) => one === name).length]),
    ),
    markStrings: {
      uses: sum(all.map((one) => one.markStrings.length)),
      different: new Set(all.flatMap((one) => one.markStrings)).size,
      byConstant: sum(all.map((one) => one.otherMarks)),
    },
    importsPastTheKit: { all: past.length, byRoom: pastByRoom },
    kit: {
      face: relative(ROOT, KIT),
      exports: exported.length,
      usedByNoRequirement: usedBy(0),
      usedByOneRequirement: usedBy(1),
    },
    requirementFolders: lengths(requirementFiles),
    sources: lengths(everything.filter((file) => !isTest(file))),
    tests: lengths(everything.filter(isTest)),
  };
}

function inText(found: Awaited<ReturnType<typeof measured>>): string {
  const width = Math.max(...found.cases.map((one) => one.id.length));
  const { filesPerCase, linesPerCase, findingsByHand: byHand, markStrings, importsPastTheKit: past, kit } = found;
  const { all, byRoom: rooms } = past;
  const length = ({ files, lines, p90, longest }: typeof found.sources): string =>
    `${files} files, ${lines} lines, 90th percentile ${p90}, longest ${longest}`;
  return [
    `${'case'.padEnd(width)}  files  lines`,
    ...found.cases.map(
      ({ id, files, lines }) => `${id.padEnd(width)}  ${String(files).padStart(5)}  ${String(lines).padStart(5)}`,
    ),
    '',
    `cases: ${found.cases.length}; files to read: worst ${filesPerCase.worst}, median ${filesPerCase.median}; lines: worst ${linesPerCase.worst}, median ${linesPerCase.median}`,
    `findings worded by hand: ${sum(Object.values(byHand))} (${Object.entries(byHand)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')})`,
    `mark strings: ${markStrings.uses} literals (${markStrings.different} different), ${markStrings.byConstant} by a constant`,
    `imports past the kit (${kit.face}): ${all}${
      Object.keys(rooms).length === 0
        ? ''
        : ` (${Object.entries(rooms)
            .map(([room, n]) => `${room} ${n}`)
            .join(', ')})`
    }`,
    `names that the kit exports: ${kit.exports}; used by no requirement ${kit.usedByNoRequirement.length}, by one only ${kit.usedByOneRequirement.length}`,
    `  by one only: ${kit.usedByOneRequirement.join(', ') || 'none'}`,
    `  by none: ${kit.usedByNoRequirement.join(', ') || 'none'}`,
    `requirement folders: ${length(found.requirementFolders)}`,
    `src and lab without tests: ${length(found.sources)}`,
    `tests: ${length(found.tests)}`,
  ].join('\n');
}

const found = await measured();
process.stdout.write(`${flags.json ? JSON.stringify(found, null, 2) : inText(found)}\n`);
