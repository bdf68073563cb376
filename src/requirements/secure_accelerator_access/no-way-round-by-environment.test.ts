import { describe, expect, it } from 'vitest';
import { pod } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import type { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { noWayRoundByEnvironment } from './no-way-round-by-environment.ts';
import { ctl, gpu, log, logs, tried } from './testing/judged-logs.ts';

describe('no way round by environment', () => {
  const judge = (script: ScriptedTimeline): string => resultOf(noWayRoundByEnvironment, script.completed());
  const holder = log(gpu(0), ctl);

  it('passes when the variable gives nothing', () => {
    expect(judge(logs({ holder, 'by-variable': log(tried(0)) }))).toBe('pass');
  });
  it('fails when it gives everything (M4)', () => {
    expect(judge(logs({ holder, 'by-variable': log(gpu(0), ctl, tried(0, 'ok')) }))).toMatch(/^fail/);
  });
  it('takes a runtime that refuses to start the container for a denial', () => {
    const message = 'insufficient privileges to read device list from NVIDIA_VISIBLE_DEVICES envvar';
    const status = {
      containerStatuses: [{ name: 'probe', state: { waiting: { reason: 'CreateContainerError', message } } }],
    };
    expect(judge(logs({ holder }).add(pod('by-variable', { node: 'n1', group: 'by-variable', status })))).toBe('pass');
  });
  it('cannot know when the container did not start for another reason', () => {
    const status = {
      containerStatuses: [{ name: 'probe', state: { waiting: { reason: 'ImagePullBackOff', message: 'no' } } }],
    };
    expect(judge(logs({ holder }).add(pod('by-variable', { node: 'n1', group: 'by-variable', status })))).toMatch(
      /^inconclusive/,
    );
  });
});
