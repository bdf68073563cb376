#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { survivesClosedPipe } from './closed-pipe.ts';
import { overview, VERSION } from './help.ts';

// The entry answers --help and --version by itself: commander and the commands are only loaded when one is called.
enableCompileCache();
survivesClosedPipe(process.stdout);
survivesClosedPipe(process.stderr);
const [first] = process.argv.slice(2);
if (first === undefined || first === '-h' || first === '--help') {
  process.stdout.write(overview());
  if (first === undefined) process.exitCode = 3;
} else if (first === '-V' || first === '--version') {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
