import type { Command } from 'commander';
import { PlimsollError } from '../errors.ts';
import { type Checklist, checklist, type Requirement, versions } from '../program/checklist.ts';
import type { ChecklistText } from '../program/checklist-text.ts';
import { type ChecklistDifference, difference } from '../program/difference.ts';
import type { Version } from '../program/versions.ts';
import { choice, oneOf } from './choice.ts';
import { deliver, painter } from './output-target.ts';
import { changedWords, checklistTable, differenceText, karName } from './requirements-text.ts';

interface Options {
  readonly for: string;
  readonly diff?: readonly string[];
  readonly format: 'text' | 'json';
  readonly program?: string;
}

/** `plimsoll requirements`: the checklist of a version, or what changed between two. */
export function register(program: Command): void {
  const newest = versions.at(-1) ?? '';
  program
    .command('requirements')
    .summary('the requirements of a version')
    .description('List the requirements of a version of the checklist, or what changed between two versions.')
    .option('--for <version>', `version of Kubernetes: ${versions.join(', ')}`, newest)
    .option('--diff <versions...>', 'two versions: print what changed from the first to the second')
    .option('--program <dir>', 'a checkout of k8s-ai-conformance: print the official texts, too')
    .addOption(choice('--format <format>', 'how to print', ['text', 'json'], 'text'))
    .addHelpText('after', '\nExamples:\n  plimsoll requirements --for 1.36\n  plimsoll requirements --diff 1.35 1.36')
    .action(async (options: Options) => {
      await deliver(await (options.diff ? compared(options, options.diff) : listed(options)), undefined);
    });
}

async function listed({ for: wanted, format, program }: Options): Promise<string> {
  const version = versionOf('--for', wanted);
  const text = program === undefined ? undefined : await officialText(program, version);
  const list = checklist(version);
  return format === 'json' ? jsonOf(checklistJson(list, text)) : checklistTable(list, text, painter(undefined));
}

async function compared({ format, program }: Options, pair: readonly string[]): Promise<string> {
  const [from, to, ...more] = pair.map((one) => versionOf('--diff', one));
  if (from === undefined || to === undefined || more.length > 0) {
    throw new PlimsollError(
      'two-versions-wanted',
      `--diff takes two versions, not ${pair.length}.`,
      'Write for example: plimsoll requirements --diff 1.35 1.36',
    );
  }
  const change = difference(from, to);
  if (format === 'json') return jsonOf(differenceJson(change));
  const texts =
    program === undefined ? undefined : [await officialText(program, from), await officialText(program, to)];
  const wording = (id: string): string | undefined => {
    const [before, after] = texts?.map((one) => one.descriptions.get(id)) ?? [];
    return before === undefined || after === undefined ? undefined : changedWords(before, after);
  };
  return differenceText(change, wording, painter(undefined));
}

function versionOf(option: string, text: string): Version {
  return oneOf(option, text.replace(/^v/, ''), versions);
}

/** Reads the texts and says on standard error where the checkout differs from the pinned facts. */
async function officialText(dir: string, version: Version): Promise<ChecklistText> {
  // Loaded only now: it brings the YAML parser.
  const { readChecklistText } = await import('../program/checklist-text.ts');
  const text = readChecklistText(dir, version);
  for (const one of text.differences) process.stderr.write(`note ${text.file} differs from the pinned facts: ${one}\n`);
  return text;
}

function checklistJson({ requirements, ...list }: Checklist, text: ChecklistText | undefined): object {
  return { ...list, requirements: requirements.map((one) => requirementJson(one, text?.descriptions.get(one.id))) };
}

function requirementJson(
  { kar, condition, automatedTest, suiteTest, description, ...one }: Requirement,
  text?: string,
): object {
  const { id, category, level, order, title } = one;
  return {
    id,
    category,
    level,
    order,
    title,
    kar: kar === undefined ? null : karName(kar),
    condition: condition ?? null,
    automatedTest: automatedTest ?? null,
    suiteTest: suiteTest ?? null,
    description: { ...description, ...(text === undefined ? {} : { text }) },
  };
}

function differenceJson({ added, removed, ...change }: ChecklistDifference): object {
  const brief = ({ id, category, level }: Requirement): object => ({ id, category, level });
  const { from, to, ...rest } = change;
  return { from, to, added: added.map(brief), removed: removed.map(brief), ...rest };
}

function jsonOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
