import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LinkAnswer } from '../rule.ts';

const HOUR = 3_600_000;
/** How long an answer counts. What could not be verified is asked again the next time. */
const MAX_AGE: Readonly<Record<LinkAnswer['class'], number>> = {
  ok: 24 * HOUR,
  moved: 24 * HOUR,
  dead: HOUR,
  unverifiable: 0,
};

/** `$XDG_CACHE_HOME/plimsoll/links`, by default `~/.cache/plimsoll/links`. */
export function defaultCacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'plimsoll', 'links');
}

/** Answers of earlier calls, one small file for each URL, so that two calls at once do not disturb each other. */
export class AnswerCache {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  /** The kept answer for a URL, with its age in the detail; undefined when there is none, or it is too old or broken. */
  async get(url: string): Promise<LinkAnswer | undefined> {
    const text = await readFile(this.#file(url), 'utf8').catch(() => undefined);
    const kept = text === undefined ? undefined : parsed(text);
    if (kept === undefined || kept.url !== url) return undefined;
    const age = this.#now() - kept.at;
    if (age < 0 || age >= MAX_AGE[kept.class]) return undefined;
    const { status, detail } = kept;
    return { class: kept.class, status, asked: true, detail: `${detail} (asked ${inWords(age)} ago)` };
  }

  /** Keeps an answer. A cache that cannot be written is no reason to fail: the answer is only asked again. */
  async put(url: string, answer: LinkAnswer): Promise<void> {
    if (MAX_AGE[answer.class] === 0) return;
    const file = this.#file(url);
    const draft = `${file}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(draft, JSON.stringify({ url, at: this.#now(), ...answer }));
      await rename(draft, file);
    } catch {
      // Read-only home, full disk: see above.
    }
  }

  #file(url: string): string {
    return join(this.#folder, `${createHash('sha256').update(url).digest('hex')}.json`);
  }
}

interface Kept extends LinkAnswer {
  readonly url: string;
  readonly at: number;
}

function parsed(text: string): Kept | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { url, at, class: kind, status, detail } = value as Record<string, unknown>;
  if (typeof url !== 'string' || typeof at !== 'number' || typeof detail !== 'string') return undefined;
  if (kind !== 'ok' && kind !== 'moved' && kind !== 'dead') return undefined;
  return { url, at, class: kind, status: typeof status === 'number' ? status : undefined, asked: true, detail };
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? 'less than a minute' : minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
