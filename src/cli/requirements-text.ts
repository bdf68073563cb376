import type { Checklist, Requirement } from '../program/checklist.ts';
import type { ChecklistText } from '../program/checklist-text.ts';
import type { ChecklistDifference } from '../program/difference.ts';
import type { Style } from './output-target.ts';

type Paint = (style: Style, text: string) => string;

const ID_WIDTH = 29;
const INDENT = ' '.repeat(10 + ID_WIDTH);

/** One version as a table by category: level, id, KAR, title; below it condition and automated test. */
export function checklistTable(list: Checklist, text: ChecklistText | undefined, paint: Paint): string {
  const musts = list.requirements.filter((one) => one.level === 'MUST').length;
  const title = `Kubernetes AI conformance checklist ${list.version}: ${musts} MUST, ${list.requirements.length - musts} SHOULD`;
  const blocks = list.categories.map((category) => {
    const rows = list.requirements.filter((one) => one.category === category);
    return [paint('bold', category), ...rows.flatMap((one) => rowsOf(one, text, paint)), ''].join('\n');
  });
  return [paint('bold', title), '', ...blocks].join('\n');
}

function rowsOf(one: Requirement, text: ChecklistText | undefined, paint: Paint): string[] {
  const level = paint(one.level === 'MUST' ? ['bold', 'magenta'] : 'cyan', one.level.padEnd(6));
  const kar = one.kar === undefined ? 'no KAR  ' : karName(one.kar);
  const official = text?.descriptions.get(one.id);
  return [
    `  ${level}  ${one.id.padEnd(ID_WIDTH)}${paint('dim', kar)}  ${one.title}`,
    ...(one.condition ? [`${INDENT}${paint('dim', 'applies if')} ${one.condition}`] : []),
    ...(one.automatedTest ? [`${INDENT}${paint('dim', 'automated test:')} ${one.automatedTest}`] : []),
    ...(official ? [`${INDENT}${paint('dim', 'official text:')} ${official}`] : []),
  ];
}

export function karName(number: string): string {
  return `KAR-${number}`;
}

/** What changed between two versions. `wording` gives the changed words of a requirement where the texts are at hand. */
export function differenceText(
  change: ChecklistDifference,
  wording: (id: Requirement['id']) => string | undefined,
  paint: Paint,
): string {
  const { from, to, added, removed, levelChanged, textChanged, metadataKeysAdded, metadataKeysRemoved } = change;
  const lines = [
    ...added.map(
      (one) => `  ${paint('green', 'added')}    ${one.level.padEnd(6)}  ${one.id.padEnd(ID_WIDTH)}${one.title}`,
    ),
    ...removed.map(
      (one) => `  ${paint('red', 'removed')}  ${one.level.padEnd(6)}  ${one.id.padEnd(ID_WIDTH)}${one.title}`,
    ),
    ...levelChanged.map((one) => `  ${paint('yellow', 'level')}    ${one.id}: ${one.from} is now ${one.to}`),
    ...textChanged.flatMap((id) => {
      const words = wording(id);
      return [
        `  ${paint('yellow', 'text')}     ${id}: ${words ?? 'the official description changed (--program DIR shows how)'}`,
      ];
    }),
    ...metadataKeysAdded.map((key) => `  ${paint('green', 'added')}    ${key} to the metadata of the template`),
    ...metadataKeysRemoved.map((key) => `  ${paint('red', 'removed')}  ${key} from the metadata of the template`),
  ];
  const body = lines.length > 0 ? lines : ['  nothing but the version'];
  return [paint('bold', `Checklist ${from} to ${to}`), ...body, ''].join('\n');
}

/** The words that differ, with two words around them: `layer makes [them -> they] available.` */
export function changedWords(before: string, after: string): string {
  const [old, recent] = [before.split(/\s+/), after.split(/\s+/)];
  let head = 0;
  while (head < old.length && head < recent.length && old[head] === recent[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, recent.length) - head && old.at(-1 - tail) === recent.at(-1 - tail)) tail += 1;
  const middle = (words: string[]): string => words.slice(head, words.length - tail).join(' ') || '(nothing)';
  const lead = old.slice(Math.max(0, head - 2), head).join(' ');
  const end = old.slice(old.length - tail, old.length - tail + 2).join(' ');
  return `${lead} [${middle(old)} -> ${middle(recent)}] ${end}`.trim();
}
