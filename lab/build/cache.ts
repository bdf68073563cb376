import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder outside the checkout in which everything that was built is kept. `PLIMSOLL_CACHE` moves it. */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['PLIMSOLL_CACHE'] ?? join(homedir(), '.cache', 'plimsoll');
}
