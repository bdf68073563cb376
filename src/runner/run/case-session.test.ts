import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inRun, type NewRunEvent, readTimeline, startClock, timelineFile } from '../../evidence/index.ts';
import type { Planned } from '../plan/planned.ts';
import { testCase } from '../testing/test-cases.ts';
import { beginLog } from './case-session.ts';
import type { RunContext } from './run-context.ts';

it('writes what happens in an act to the timeline of every case that it is for, and tells what it waits for once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'act-'));
  try {
    const events: NewRunEvent[] = [];
    const context = {
      clock: startClock(),
      redact: (value: unknown) => value,
      folder,
      run: 'r',
      tool: 'test',
      events: { emit: (event: NewRunEvent) => void events.push(event) },
    } as unknown as RunContext;
    const planned = (name: string): Planned => {
      const one = testCase(name, {});
      return { id: one.id, case: one, params: { n: 1 }, needs: {} };
    };
    const log = beginLog(context, [planned('a'), planned('b')], 'ns');
    log.event({ event: 'case-started', case: log.caseId });
    log.event({ event: 'stage', case: log.caseId, stage: 'act', budget: 1000 });
    log.event({ event: 'mark', case: log.caseId, name: 'm' });
    log.write({ kind: 'mark', name: 'm' });
    log.write({ kind: 'end', how: 'completed' });
    log.close();

    for (const name of ['a', 'b']) {
      const timeline = readTimeline(inRun(folder, timelineFile(`gang_scheduling/${name}`)));
      expect(timeline.entries).toMatchObject([
        { kind: 'begin', case: `gang_scheduling/${name}`, params: { n: 1 }, namespace: 'ns' },
        { kind: 'mark', name: 'm' },
        { kind: 'end', how: 'completed' },
      ]);
    }
    expect(events.map((event) => ('case' in event ? `${event.event} ${event.case}` : event.event))).toEqual([
      'case-started gang_scheduling/a',
      'case-started gang_scheduling/b',
      'stage gang_scheduling/a',
      'stage gang_scheduling/b',
      'waiting gang_scheduling/b',
      'mark gang_scheduling/a',
    ]);
    expect(events[4]).toMatchObject({ for: 'act', reason: 'acted together with gang_scheduling/a' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
