import { renderToString } from 'preact-render-to-string';
import type { RunData } from '../run-data.ts';
import { Page } from './page.tsx';

/**
 * report.html: one file without scripts and without anything from elsewhere; its content security policy forbids both, so that
 * even a text that got through unescaped could do nothing.
 */
export function reportHtml(data: RunData): string {
  return `<!doctype html>\n${renderToString(<Page data={data} />)}\n`;
}
