import { expect, it } from 'vitest';
import type { NewEntry } from '../../evidence/index.ts';
import { type WaitTools, waitQuiet, waitUntil } from './wait.ts';

/** Nothing ever changes. */
function tools(patience: number): { tools: WaitTools; entries: NewEntry[] } {
  const entries: NewEntry[] = [];
  const began = performance.now();
  const log = {
    caseId: 'c',
    t: () => performance.now() - began,
    tOf: () => 0,
    write: (entry: NewEntry) => void entries.push(entry),
    event: () => {},
    close: () => {},
  };
  const recorder = { nextChange: new Promise<void>(() => {}), picture: () => [] } as unknown as WaitTools['recorder'];
  return { tools: { recorder, log, signal: new AbortController().signal, patience }, entries };
}
const question = { target: { of: 'v1/Pod' }, name: 'never', look: () => 'not yet' };

it('waits so many times longer for a deadline, and never for a window in which nothing may happen', async () => {
  const patient = tools(3);
  expect(await waitUntil(patient.tools, question, { within: '100ms', otherwise: 'go-on' })).toBe(false);
  expect(await waitQuiet(patient.tools, question, 100)).toBe(true);
  expect(patient.entries).toMatchObject([
    { kind: 'waited', how: 'timed-out', within: 300 },
    { kind: 'waited', how: 'quiet', within: 100 },
  ]);
});
