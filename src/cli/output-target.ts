import { writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { PlimsollError } from '../errors.ts';

export type Style = Parameters<typeof styleText>[0];

/** Colour for standard output: only on a terminal (or as NO_COLOR and FORCE_COLOR say), never in a file. */
export function painter(file: string | undefined): (style: Style, text: string) => string {
  if (file !== undefined) return (_, text) => text;
  return (style, text) => styleText(style, text, { stream: process.stdout });
}

/** Width of the terminal; COLUMNS where standard output is none; undefined = nobody knows, so no line is broken. */
export function paperWidth(file: string | undefined): number | undefined {
  if (file !== undefined) return undefined;
  const columns = process.stdout.columns ?? Number(process.env['COLUMNS'] || 0);
  return columns >= 40 ? Math.min(columns, 140) : undefined;
}

/**
 * Writes a whole output to `file`, or to standard output.
 * @throws PlimsollError `output-not-written`
 */
export async function deliver(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new PlimsollError(
      'output-not-written',
      `${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Name a file in a folder that exists and that you may write to.',
      { cause },
    );
  }
}
