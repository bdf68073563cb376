import { terminalLine } from '../terminal-text.ts';

/**
 * Text for a place in GitHub-flavoured Markdown where only text may stand, also inside a table: whatever the text says, it is shown
 * and does nothing. Every ASCII punctuation character can be escaped (CommonMark 2.4); a line break would end a table's row.
 */
export function markdownText(text: string): string {
  return (
    terminalLine(text.replace(/[\s\p{Cc}]+/gu, ' '))
      .trim()
      .replace(/[\\`*_[\]<>|~&!$@]/g, '\\$&')
      // These mean something at the beginning of a line only: heading, list, quote, rule, underline.
      .replace(/^(?=[-+#=])/, '\\')
      .replace(/^(\d+)(?=[.)])/, '$1\\')
      // GitHub looks for @names, #numbers and addresses after Markdown has been rendered, in one run of text: a comment ends the run.
      .replace(/(\\@|#(?=\d)|www(?=\.)|:(?=\/\/))/g, '$1<!-- -->')
  );
}

/** Text as code; a table's pipe has to be escaped even there. */
export function markdownCode(text: string): string {
  const clean = terminalLine(text.replace(/[\s\p{Cc}]+/gu, ' ')).trim();
  if (clean === '') return '';
  // A backtick inside needs a fence of more of them.
  const runs = clean.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = clean.startsWith('`') || clean.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${clean.replaceAll('|', '\\|')}${pad}${fence}`;
}
