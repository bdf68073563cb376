import { describe, expect, it } from 'vitest';
import { CHART, configAnswer, NONE } from '../../case-kit/metered-service/testing/configurations.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { MARKS } from './scaling-judging.ts';
import { type Story, told } from './testing/up-and-down-story.ts';
import { metricArrives, scalesDown, scalesUp, steadyAtTheTarget, stopsAtTheMost } from './up-and-down-cases.ts';

const PHASES = { P0: metricArrives, P1: steadyAtTheTarget, P2: scalesUp, P3: stopsAtTheMost, P4: scalesDown };
type Phase = keyof typeof PHASES;

function verdict(phase: Phase, story: Story = {}): string {
  return resultOf(PHASES[phase], told(story));
}

describe('a platform that follows', () => {
  for (const mode of ['device-plugin', 'dra'] as const)
    it(`passes every phase (${mode})`, () => {
      const timeline = told({ mode });
      for (const phase of Object.values(PHASES)) expect(resultOf(phase, timeline)).toBe('pass');
    });
});

describe('P0: the pipeline', () => {
  it('M3: a static value fails, be it the first or the target', () => {
    expect(verdict('P0', { serves: () => 137 })).toMatch(
      /^fail: .*as 100 once it is 100: 300 s|^fail: .*it shows a 137.*has it as 100/,
    );
    expect(verdict('P0', { serves: () => 100 })).toMatch(
      /^fail: .*as 137.*it shows a 100; the monitoring system has it as 137/,
    );
  });

  it('M10: an inverted value fails', () => {
    expect(verdict('P0', { serves: (gauge) => 237 - gauge })).toMatch(/^fail: .*it shows a 100/);
  });

  it('M11: an API that is there and has nothing fails, be it that it lists the metric or nothing at all', () => {
    const serves = (): undefined => undefined;
    expect(verdict('P0', { serves })).toMatch(/^fail: .*its list is empty.*lists pods\/plimsoll_queue_depth/);
    expect(verdict('P0', { serves, lists: [] })).toMatch(/^fail: .*lists no metric at all/);
  });

  it('is inconclusive when nothing was collected, when the store has an old value, and without a rule for the metric', () => {
    const serves = (): undefined => undefined;
    expect(verdict('P0', { serves, stored: () => undefined })).toMatch(
      /^inconclusive \(environment\): .*has no sample of it/,
    );
    expect(verdict('P0', { serves: () => 100, stored: () => 100 })).toMatch(
      /^inconclusive \(environment\): .*has it as 100/,
    );
    expect(verdict('P0', { serves, lists: ['pods/other'] })).toMatch(
      /^inconclusive \(environment\): .*lists 1 metrics and not pods/,
    );
  });

  it('tells that nothing was collected, not that it was interrupted', () => {
    expect(verdict('P0', { serves: () => undefined, stored: () => undefined })).toMatch(
      /^inconclusive \(environment\): .*has no sample of it/,
    );
  });

  it('where pods ask by annotations, the configuration says whether an empty API is at fault', () => {
    const serves = (): undefined => undefined;
    const answering = (yaml: string) => ({ status: 200, said: configAnswer(yaml) }) as const;
    // Neither the store nor the API says whether it was collected.
    const untold = { serves, lists: [], storeRefuses: true };
    expect(verdict('P0', untold)).toMatch(/^fail: .*lists no metric at all/);
    expect(verdict('P0', { ...untold, configuration: answering(CHART) })).toMatch(/^fail: .*lists no metric at all/);
    expect(verdict('P0', { ...untold, configuration: answering(NONE) })).toMatch(
      /^inconclusive \(environment\): .*none of its 2 scrape jobs follows prometheus.io\/scrape on pods/,
    );
    expect(verdict('P0', { ...untold, configuration: { status: 404, said: 'x' } })).toMatch(
      /^inconclusive \(environment\): .*cannot be read: it answered 404/,
    );
    // The store has nothing of it: no fail either way, and the reason is told.
    const nothing = { serves, stored: serves };
    expect(verdict('P0', { ...nothing, configuration: answering(NONE) })).toMatch(
      /^inconclusive \(environment\): .*has no sample of it; .*none of its 2 scrape jobs/,
    );
    expect(verdict('P0', { ...nothing, configuration: answering(CHART) })).toMatch(
      /^inconclusive \(environment\): .*has no sample/,
    );
    // The store has it, or the API knows it: it was collected, whatever the configuration looks like from here.
    expect(verdict('P0', { serves, configuration: answering(NONE) })).toMatch(/^fail: .*has it as 137/);
    expect(verdict('P0', { serves, storeRefuses: true, configuration: answering(NONE) })).toMatch(
      /^fail: .*lists pods\/plimsoll_queue_depth/,
    );
  });

  it('is inconclusive when the act was stopped before', () => {
    expect(verdict('P0', { stopsAt: MARKS.first })).toMatch(/^inconclusive \(interrupted\): .*Ctrl-C/);
  });
});

describe('P1: steady', () => {
  it('M8: flapping at the target fails', () => {
    expect(verdict('P1', { flapsTo: 2 })).toMatch(/^fail: .*wanted another number of replicas than 1/);
  });

  it('an autoscaler that cannot scale meanwhile fails', () => {
    expect(verdict('P1', { loses: 'ability' })).toMatch(/^fail: .*not able to scale/);
  });

  it('a metric that is lost for long leaves it open, one that is lost for a moment does not', () => {
    expect(verdict('P1', { loses: 'metric' })).toMatch(/^inconclusive \(environment\): .*had no metric to act on/);
    expect(verdict('P1', { loses: 'metric for a moment' })).toBe('pass');
  });

  it('is inconclusive after a gap in the watch, after too short a time, and when the metric never came', () => {
    expect(verdict('P1', { gap: true })).toMatch(/^inconclusive \(environment\): .*had to list anew/);
    expect(verdict('P1', { steadyFor: 40_000 })).toMatch(
      /^inconclusive \(environment\): .*watched for 40 s instead of 60 s/,
    );
    expect(verdict('P1', { serves: () => 137 })).toMatch(/^inconclusive \(environment\): .*not tried/);
  });
});

describe('P2: up', () => {
  it('M10: no wish for more fails', () => {
    expect(verdict('P2', { wants: 1 })).toMatch(/^fail: .*did not want ⌈1 · 200 \/ 100⌉ = 2/);
  });

  it('M2: a Deployment that does not follow fails', () => {
    expect(verdict('P2', { follows: false })).toMatch(
      /^fail: .*the Deployment is scaled to 2: the Deployment was never/,
    );
  });

  it('M5: a replica that stays pending, that lost its request, that has no device or is elsewhere fails', () => {
    expect(verdict('P2', { second: 'pending' })).toMatch(/^fail: .*did not become ready/);
    expect(verdict('P2', { second: 'no request' })).toMatch(/^fail: .*pod b does not ask for example.com\/gpu/);
    expect(verdict('P2', { second: 'no device' })).toMatch(/^fail: .*pod b was given none/);
    expect(verdict('P2', { second: 'elsewhere' })).toMatch(/^fail: .*pod b is on cpu-node/);
    expect(verdict('P2', { mode: 'dra', second: 'no request' })).toMatch(/^fail: .*pod b does not ask/);
    expect(verdict('P2', { mode: 'dra', second: 'no device' })).toMatch(/^fail: .*pod b was given none/);
  });

  it('a device that two replicas share passes when the node says so, and is open when it does not', () => {
    for (const mode of ['device-plugin', 'dra'] as const) {
      expect(verdict('P2', { mode, second: 'same device' })).toMatch(
        /^inconclusive \(environment\): .*nothing says that it is shared/,
      );
      expect(verdict('P2', { mode, second: 'same device', shared: 'gpu.sharing=time-slicing' })).toBe('pass');
    }
  });

  it('is inconclusive when it was not steady before', () => {
    expect(verdict('P2', { flapsTo: 2 })).toMatch(/^inconclusive \(environment\): .*not tried/);
  });
});

describe('P3: the bound', () => {
  it('M6: more than maxReplicas fails', () => {
    expect(verdict('P3', { floodedTo: 3 })).toMatch(/^fail: .*wanted another number of replicas than 2/);
  });

  it('an autoscaler that does not say what holds it fails', () => {
    expect(verdict('P3', { saysLimited: false })).toMatch(/^fail: .*never said that maxReplicas holds it/);
  });

  it('is inconclusive when there were never two replicas, and when the act was stopped in it', () => {
    expect(verdict('P3', { second: 'pending' })).toMatch(/^inconclusive \(environment\): .*not tried/);
    expect(verdict('P3', { stopsAt: MARKS.limit })).toMatch(
      /^inconclusive \(interrupted\): .*never came to "limit over"/,
    );
  });
});

describe('P4: down', () => {
  it('M1: up but never down fails', () => {
    expect(verdict('P4', { downAfter: 'never' })).toMatch(/^fail: .*the Deployment was never scaled down/);
  });

  it('M7: a sum in place of an average fails', () => {
    const said = verdict('P4', { downAfter: 'never', readsLow: 90 });
    expect(said).toMatch(/^fail: .*the autoscaler never read an average of 45.*it reads 90/);
  });

  it('M12: scaling down before the stabilization window is over fails', () => {
    expect(verdict('P4', { downAfter: 4000 })).toMatch(
      /^fail: .*it scales down no earlier than 60 s .*it scaled down 4.0 s/,
    );
    expect(verdict('P4', { downAfter: 50_000 })).toMatch(/^fail: .*it scaled down 50 s/);
  });

  it('a replica that does not go, and a device that does not come back, fail', () => {
    expect(verdict('P4', { leaves: false })).toMatch(
      /^fail: .*the replica that is one too many did not go.*was not given back/,
    );
    expect(verdict('P4', { mode: 'dra', leaves: false })).toMatch(/^fail: .*was not given back/);
  });

  it('is inconclusive when it was not tried', () => {
    expect(verdict('P4', { floodedTo: 3 })).toMatch(/^inconclusive \(environment\): .*not tried/);
    expect(verdict('P4', { stopsAt: MARKS.lowered })).toMatch(/^inconclusive \(interrupted\): .*Ctrl-C/);
  });
});
