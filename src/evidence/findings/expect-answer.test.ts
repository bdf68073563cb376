import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import { expectAnswer, expectLog } from './expect-answer.ts';

const POLICY = "ValidatingAdmissionPolicy 'labels' with binding 'all' denied request: a team is wanted";
const words = { claim: 'a negative count is refused', otherwise: 'a negative count was accepted' };
const refused = (answer: { status?: number }): true | string => answer.status === 422 || `status ${answer.status}`;

function judge(script: ScriptedTimeline): ReturnType<typeof expectAnswer> {
  return expectAnswer(script.timeline(), { name: 'negative count' }, refused, words);
}

describe('expectAnswer', () => {
  it('passes and fails by the answer, and quotes it', () => {
    const script = (status: number): ScriptedTimeline =>
      new ScriptedTimeline().answer({ name: 'negative count', status, said: 'well', path: '/x' }).completed();
    expect(judge(script(422))).toMatchObject({ outcome: 'pass', evidence: [2] });
    expect(judge(script(201)).message).toBe('a negative count was accepted: status 201 (POST /x -> 201: well)');
  });

  it.each([
    [{ error: 'unreachable' }, 'environment'],
    [{ status: 429, error: 'throttled' }, 'environment'],
    [{ status: 401, error: 'unauthenticated' }, 'permission'],
    [{ status: 403, error: 'forbidden', said: 'User "x" cannot create resource "y"' }, 'permission'],
    [{ status: 403, error: 'admission-denied', said: 'exceeded quota: team' }, 'environment'],
    [{ status: 403, said: `pods "a" is forbidden: ${POLICY}` }, 'environment'],
    [{ status: 422, said: `pods "a" is forbidden: ${POLICY}` }, 'environment'],
    [{ status: 400, said: 'admission webhook "v.example.com" denied the request: no' }, 'environment'],
    [{ status: 500, said: 'failed calling webhook "v.example.com": connection refused' }, 'environment'],
  ])('is undecided by an answer that says nothing about the platform: %j', (answer, why) => {
    const script = new ScriptedTimeline().write({
      kind: 'answer',
      name: 'negative count',
      via: 'api',
      method: 'POST',
      path: '/x',
      ms: 1,
      ...answer,
    });
    expect(judge(script.completed())).toMatchObject({ outcome: 'inconclusive', class: why });
  });

  it('takes the word of a webhook that belongs to the solution on trial', () => {
    const said = 'admission webhook "v.gangs.example.com" denied the request: a negative count';
    const script = new ScriptedTimeline().answer({ name: 'negative count', status: 422, said }).completed();
    const judgeOwn = (own: RegExp): string =>
      expectAnswer(script.timeline(), { name: 'negative count' }, refused, { ...words, own }).outcome;
    expect(judgeOwn(/\.gangs\.example\.com$/)).toBe('pass');
    expect(judgeOwn(/\.queues\.example\.com$/)).toBe('inconclusive');
  });

  it('lets a real wrong answer outweigh one that says nothing', () => {
    const script = new ScriptedTimeline()
      .answer({ name: 'negative count', status: 429 })
      .answer({ name: 'negative count', status: 201 });
    expect(judge(script.completed()).outcome).toBe('fail');
  });

  it('does not pass without any answer', () => {
    expect(judge(new ScriptedTimeline().completed())).toMatchObject({
      outcome: 'inconclusive',
      class: 'environment',
      follows: true,
    });
  });
});

describe('expectLog', () => {
  it('reads every log', () => {
    const script = new ScriptedTimeline()
      .log({ pod: 'a', text: 'open EPERM' })
      .log({ pod: 'b', text: 'open ok' })
      .completed();
    const check = (text: string): true | string => text.includes('EPERM') || text;
    const finding = expectLog(script.timeline(), {}, check, words);
    expect(finding).toMatchObject({ outcome: 'fail', evidence: [3] });
    expect(expectLog(script.timeline(), { pod: 'a' }, check, words).outcome).toBe('pass');
    expect(expectLog(script.timeline(), { pod: 'c' }, check, words).outcome).toBe('inconclusive');
  });
});
