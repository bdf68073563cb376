import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redaction } from '../redact/redact.ts';
import { startClock } from '../run/run-clock.ts';
import { readTimeline } from './timeline-reader.ts';
import { TimelineWriter } from './timeline-writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-timeline-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(): string {
  const writer = new TimelineWriter(join(folder, 'cases/x/timeline.jsonl'), startClock(), redaction());
  writer.write({ kind: 'begin', run: 'r', case: 'x/y', requirement: 'x', params: { n: 1 }, tool: 't' });
  writer.write({ kind: 'note', text: 'Authorization: Bearer abcdef0123456789abcdef' });
  writer.write({ kind: 'end', how: 'completed' });
  writer.close();
  writer.write({ kind: 'note', text: 'too late' });
  return writer.path;
}

describe('a timeline file', () => {
  it('comes back as it was written, without secrets, and nothing after it was closed', () => {
    const path = written();
    const timeline = readTimeline(path);
    expect(timeline.entries.map((entry) => [entry.seq, entry.kind])).toEqual([
      [1, 'begin'],
      [2, 'note'],
      [3, 'end'],
    ]);
    expect(timeline.params).toEqual({ n: 1 });
    expect(timeline.truncated).toBe(false);
    expect(readFileSync(path, 'utf8')).not.toContain('abcdef0123456789');
  });

  it('has every entry on disk as soon as write returns', () => {
    const writer = new TimelineWriter(join(folder, 't.jsonl'), startClock(), redaction());
    writer.write({ kind: 'mark', name: 'a' });
    expect(readFileSync(writer.path, 'utf8')).toMatch(/"name":"a"\}\n$/);
    writer.close();
  });

  it('is never written over', () => {
    const path = written();
    expect(() => new TimelineWriter(path, startClock(), redaction())).toThrow(/EEXIST/);
  });

  it('is read up to a last line that is not whole, and says so', () => {
    const path = written();
    const whole = readFileSync(path, 'utf8');
    for (const cut of [1, 5, 30]) {
      writeFileSync(path, whole.slice(0, -cut));
      const timeline = readTimeline(path);
      expect(timeline.truncated).toBe(true);
      expect(timeline.entries).toHaveLength(2);
    }
  });

  it.each([
    ['is no JSON', 'oops\n', '4: this line is not JSON'],
    ['is no entry', '{"seq":4,"t":1,"at":"x","kind":"mark"}\n', '4: this line is no timeline entry'],
    ['has the wrong number', '{"seq":5,"t":1,"at":"x","kind":"mark","name":"a"}\n', 'entry 5 stands where entry 4'],
  ])('is refused when a whole line %s', (_name, line, message) => {
    const path = written();
    appendFileSync(path, line);
    expect(() => readTimeline(path)).toThrow(message);
  });
});
