import type { Command } from 'commander';
import { PlimsollError } from '../errors.ts';
import { CATALOGUE, factsOf } from '../submission/catalogue.ts';
import type { Severity } from '../submission/finding.ts';
import type { RuleFacts } from '../submission/rule.ts';
import { didYouMean } from '../submission/strict/suggestion.ts';
import { choice } from './choice.ts';
import { deliver, painter, type Style } from './output-target.ts';

interface Options {
  readonly format: 'text' | 'json';
}

const COLOUR: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'blue' };

/** `plimsoll explain`: what the rules of `validate` mean, where they come from, and what to do. */
export function register(program: Command): void {
  program
    .command('explain')
    .summary('what a rule means')
    .description('Explain a rule of `plimsoll validate`, or list all of them.')
    .argument('[rule]', 'id of a rule, for example status-invalid')
    .addOption(choice('--format <format>', 'how to print', ['text', 'json'], 'text'))
    .action(async (id: string | undefined, { format }: Options) => {
      const rules = id === undefined ? CATALOGUE : [known(id)];
      await deliver(format === 'json' ? json(rules) : text(rules, id === undefined), undefined);
    });
}

function known(id: string): RuleFacts {
  const found = factsOf(id);
  if (found) return found;
  const ids = CATALOGUE.map((rule) => rule.id);
  throw new PlimsollError(
    'unknown-rule',
    `There is no rule "${id}".${didYouMean(id, ids)}`,
    '`plimsoll explain` lists all rules.',
  );
}

function json(rules: readonly RuleFacts[]): string {
  return `${JSON.stringify({ rules }, undefined, 2)}\n`;
}

function text(rules: readonly RuleFacts[], all: boolean): string {
  return all ? list(rules) : rules.map(page).join('\n');
}

function list(rules: readonly RuleFacts[]): string {
  const paint = painter(undefined);
  const width = Math.max(...rules.map((rule) => rule.id.length));
  const official = rules.filter((rule) => rule.profiles.some((profile) => profile !== 'strict'));
  const own = rules.filter((rule) => !official.includes(rule));
  const rows = (some: readonly RuleFacts[]): string[] =>
    some.map(
      ({ id, severity, reason }) => `  ${paint(COLOUR[severity], severity.padEnd(7))}  ${id.padEnd(width)}  ${reason}`,
    );
  return [
    paint('bold', 'Rules of the official validator (profiles official and strict)'),
    ...rows(official),
    '',
    paint('bold', 'Rules that only the profile strict has'),
    ...rows(own),
    '',
  ].join('\n');
}

function page({ id, severity, profiles, reason, remedy, source }: RuleFacts): string {
  const paint = painter(undefined);
  const row = (name: string, value: string): string => `  ${paint('dim', name.padEnd(10))}${value}`;
  return [
    paint('bold', id),
    row('reason', reason),
    row('remedy', remedy),
    row('severity', paint(COLOUR[severity], severity)),
    row('profiles', profiles.join(', ')),
    row('source', source),
    '',
  ].join('\n');
}
