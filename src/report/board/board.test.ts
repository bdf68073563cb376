import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type RunEvent, runEventSchema } from '../../evidence/index.ts';
import { boardLines } from './board-lines.ts';
import { boardObserver } from './board-observer.ts';
import { boardAfter, EMPTY_BOARD } from './board-state.ts';
import { jsonObserver } from './json-observer.ts';
import { PlainLines } from './plain-lines.ts';
import { cutTo, printedText } from './printed-text.ts';

const recorded: readonly RunEvent[] = readFileSync(
  join(import.meta.dirname, '../fixtures/recorded-run/events.jsonl'),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => runEventSchema.parse(JSON.parse(line)));

const wide = { columns: 200, rows: 40 };
const at = '2026-01-01T00:00:00.000Z';

/** A stream that remembers what was written to it. */
class Paper extends Writable {
  text = '';
  readonly columns = 100;
  readonly rows = 30;
  override _write(chunk: Buffer | string, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe('the board', () => {
  it('shows for each running case its stage, what it waits for with the last reason, elapsed time and budget', () => {
    const events: RunEvent[] = [
      { t: 0, at, event: 'case-queued', case: 'r/later', tokens: ['accelerators/n1'] },
      { t: 0, at, event: 'case-queued', case: 'r/calm', tokens: [] },
      { t: 0, at, event: 'case-started', case: 'r/now' },
      { t: 1000, at, event: 'stage', case: 'r/now', stage: 'act', budget: 600_000 },
      {
        t: 2000,
        at,
        event: 'waiting',
        case: 'r/now',
        for: 'pods ready',
        reason: '0 of 1',
        within: 240_000,
        since: 2000,
      },
      {
        t: 3000,
        at,
        event: 'waiting',
        case: 'r/now',
        for: 'pods ready',
        reason: 'Pending',
        within: 240_000,
        since: 2000,
      },
    ];
    const state = events.reduce(boardAfter, { ...EMPTY_BOARD, total: 2 });
    expect(boardLines(state, 63_500, wide)).toEqual([
      '> r/now  act 1 m 2 s of 10 m, waits 1 m 1 s of 4 m: pods ready: Pending',
      '  1 case waits for accelerators/n1',
      '  1 case to begin, after those with longer waits',
      '0 of 2 cases ended, 1 m 3 s',
    ]);
    const over = boardAfter(state, { t: 4000, at, event: 'wait-ended', case: 'r/now', how: 'met' });
    expect(boardLines(over, 4000, wide)[0]).toBe('> r/now  act 3 s of 10 m');
  });

  it('never is higher or wider than the terminal', () => {
    let state = EMPTY_BOARD;
    for (let index = 0; index < 50; index += 1)
      state = boardAfter(state, { t: 0, at, event: 'case-started', case: `r/${'漢字'.repeat(30)}${index}` });
    const lines = boardLines(state, 0, { columns: 40, rows: 10 });
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-2)).toBe('  and 45 more cases');
    expect(lines[0]).toMatch(/…$/);
  });

  it('ends empty after a recorded run, with every case counted', () => {
    const state = recorded.reduce(boardAfter, EMPTY_BOARD);
    expect([state.total, state.ended, state.live.size, state.queued.size]).toEqual([3, 3, 0, 0]);
  });

  it('on a terminal leaves the end of every case on the screen, and no board', () => {
    const paper = new Paper();
    const board = boardObserver(paper, { isTerminal: true });
    for (const event of recorded) board(event);
    expect(paper.text).toMatch(/✓ pass secure_accelerator_access\/no-request-no-access/);
    expect(paper.text).toMatch(/\? inconclusive \(environment\) secure_accelerator_access\/no-more-than-there-are/);
    const written = paper.text;
    board.close();
    expect(paper.text).toBe(written);
  });
});

describe('plain lines', () => {
  it('are few, in order, and tell each wait once', () => {
    const paper = new Paper();
    const board = boardObserver(paper, { isTerminal: false });
    for (const event of recorded) board(event);
    const lines = paper.text.trimEnd().split('\n');
    expect(lines[0]).toContain('run d6d2eb4e: Kubernetes v1.37.2, 2 nodes, 3 cases, simulated');
    expect(lines.at(-1)).toMatch(/run ended after .*, exit code 2$/);
    expect(lines.length).toBeLessThan(recorded.length / 2);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('tell a wait again when its reason changes much later', () => {
    const lines = new PlainLines();
    const waiting = (t: number, reason: string): string | undefined =>
      lines.of({ t, at, event: 'waiting', case: 'r/x', for: 'pods', reason, within: 60_000, since: 0 })?.text;
    expect(waiting(0, 'a')).toBe('+   0.0 s r/x: waits up to 60 s for pods: a');
    expect(waiting(5000, 'b')).toBeUndefined();
    expect(waiting(31_000, 'c')).toContain('pods: c');
  });

  it('tell once that a case is acted together with another', () => {
    const lines = new PlainLines();
    const told = ['set-up', 'act', 'tear-down'].map(
      (stage) =>
        lines.of({
          t: 0,
          at,
          event: 'waiting',
          case: 'r/x',
          for: stage,
          reason: 'acted together with r/y',
          within: 60_000,
          since: 0,
        })?.text,
    );
    expect(told).toEqual([undefined, '+   0.0 s r/x: together with r/y', undefined]);
  });

  it.each([
    ['it has one', 'x inconclusive (capacity): it has one. Free another.'],
    ['does it have one?', 'x inconclusive (capacity): does it have one? Free another.'],
  ])('end with a sentence for what was found and one for what to do: %s', (because, expected) => {
    const ended = {
      t: 0,
      at,
      event: 'case-ended',
      case: 'r/x',
      outcome: 'inconclusive',
      class: 'capacity',
      because,
      remedy: 'Free another.',
      ms: 0,
    } as const;
    const said = new PlainLines().of(ended)?.text ?? '';
    expect(said.slice(said.indexOf(':'))).toBe(expected.slice(expected.indexOf(':')));
  });

  it('print nothing that a terminal would obey', () => {
    const evil = 'a\u001b[2Jb\u001b]0;title\u0007\r\nc\u202ed\u009bx';
    const line = new PlainLines().of({ t: 0, at, event: 'warning', message: evil, remedy: 'r' })?.text ?? '';
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(printedText(evil)).toMatch(/^ab.*c d/);
  });
});

describe('text for terminals', () => {
  it('is cut by columns, not by characters', () => {
    expect(cutTo(5, 'abcde')).toBe('abcde');
    expect(cutTo(5, 'abcdef')).toBe('abcd…');
    expect(cutTo(5, '漢字漢字')).toBe('漢字…');
  });
});

describe('json', () => {
  it('is the events as they are, one a line', () => {
    const paper = new Paper();
    const observe = jsonObserver(paper);
    for (const event of recorded) observe(event);
    expect(
      paper.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(recorded);
  });
});
