import { COMMANDS } from './commands.ts';

declare const __PLIMSOLL_VERSION__: string | undefined;

/** The tool's version, put in by the build; from source it is the development version. */
export const VERSION = typeof __PLIMSOLL_VERSION__ === 'string' ? __PLIMSOLL_VERSION__ : '0.0.0-source';

/** What `plimsoll` and `plimsoll --help` print. Kept free of commander, so that it costs no more than starting Node. */
export function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    'Plimsoll proves by behaviour whether a Kubernetes cluster is fit for AI work.',
    '',
    'Usage: plimsoll COMMAND [options]',
    '',
    'Commands:',
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'Options:',
    '  -h, --help     this page, or `plimsoll COMMAND --help` for one command',
    '  -V, --version  the version',
    '',
    'Exit codes: 0 fine, 1 a MUST fails or a file has errors, 2 inconclusive, 3 usage, 4 cluster unreachable,',
    '5 something was left in the cluster, 70 a bug of ours, 130 interrupted.',
    '',
  ].join('\n');
}
