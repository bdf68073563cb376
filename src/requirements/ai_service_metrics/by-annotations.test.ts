import { describe, expect, it } from 'vitest';
import { METRICS } from '../../case-kit/metered-service/metric-names.ts';
import {
  CHART,
  configAnswer,
  having,
  job,
  KEEP,
  NONE,
  OTHER_PREFIX,
  SERVICES,
} from '../../case-kit/metered-service/testing/configurations.ts';
import { cases } from './cases.ts';
import { collectedWhenAsked } from './collected-when-asked.ts';
import { exactWithin } from './instances.ts';

import { findingsOf, type MetricsStory, STANDING, type Stored, stored, told } from './testing/metrics-story.ts';

const answering = (yaml: string) => ({ status: 200, said: configAnswer(yaml) }) as const;
const silent = (
  configuration: NonNullable<MetricsStory['configuration']>,
  more: readonly Stored[] = [],
): MetricsStory => ({
  configuration,
  looks: { collected: more },
  timedOut: 'collected',
});

describe('a Prometheus that pods can ask by annotations alone', () => {
  it('passes when it collects them, and nobody has to read its configuration', () => {
    expect(cases.map((one) => told(one, { configuration: 'never asked' }))).toEqual(Array(5).fill('pass'));
  });

  it('fails when its configuration follows annotations and nothing comes, or not from every pod', () => {
    expect(told(collectedWhenAsked, silent(answering(CHART)))).toMatch(/^fail: .*did not collect .*0 of 2 pods/);
    const first = stored(...STANDING.first.slice(0, 1));
    expect(told(collectedWhenAsked, silent(answering(CHART), first))).toMatch(/^fail: .*1 of 2 pods have series/);
    const finding = findingsOf(collectedWhenAsked, silent(answering(CHART))).find((one) => one.outcome === 'fail');
    expect(finding?.remedy).not.toMatch(/the operator|the monitor/);
  });

  it('is inconclusive when its configuration follows none, and says what is missing', () => {
    for (const [yaml, said] of [
      [NONE, /none of its 2 scrape jobs follows prometheus.io\/scrape on pods/],
      [SERVICES, /of Services/],
      [OTHER_PREFIX, /example_com_scrape of pods/],
      [having(job('pods', KEEP)), /scrape job pods .*does not take the path/],
    ] as const) {
      const findings = findingsOf(collectedWhenAsked, silent(answering(yaml)));
      expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
      expect(findings).toContainEqual(
        expect.objectContaining({
          outcome: 'inconclusive',
          class: 'environment',
          message: expect.stringMatching(said) as string,
          remedy: expect.stringMatching(
            /^Add a scrape job of role pod .* or install the Prometheus Operator/,
          ) as string,
        }),
      );
    }
  });

  it('is inconclusive when its configuration cannot be read', () => {
    for (const unread of [
      { status: 404, said: 'not found' },
      { status: 403, said: 'services "prometheus" is forbidden' },
      { status: 200, said: '<html>' },
    ])
      expect(findingsOf(collectedWhenAsked, silent(unread))).toContainEqual(
        expect.objectContaining({
          outcome: 'inconclusive',
          class: 'environment',
          message: expect.stringContaining('cannot be read') as string,
          remedy: expect.stringMatching(/^Let its configuration be read/) as string,
        }),
      );
    expect(told(collectedWhenAsked, silent({ status: 404, said: 'x' }))).toMatch(
      /^inconclusive \(environment\): .*it answered 404: x/,
    );
  });

  it('is inconclusive when its configuration was never asked for', () => {
    expect(told(collectedWhenAsked, silent('never asked'))).toMatch(
      /^inconclusive \(environment\): .*was not asked \(not collected\)/,
    );
  });

  it('has no excuse for series that came and name no pod', () => {
    const nameless = [37, 11].map((value): Stored => [METRICS.requests, { run: 'plimsoll-test-1', job: 'j' }, value]);
    expect(told(collectedWhenAsked, silent(answering(NONE), nameless))).toMatch(/^fail: .*names no pod of the service/);
    const other = answering(NONE);
    expect(told(collectedWhenAsked, silent(other, nameless.slice(1)))).toMatch(/^inconclusive \(environment\): .*/);
  });

  it('leaves the other cases open, as with monitors', () => {
    const others = cases.filter(({ id }) => !/store-answers|collected-when-asked/.test(id));
    for (const configuration of [answering(CHART), answering(NONE)])
      for (const one of others) expect(told(one, silent(configuration))).toMatch(/^inconclusive \(environment\): .*/);
  });
});

it('has at least one scrape to become exact, also where nobody can ask for a quicker pace', () => {
  expect([1000, 5000, 60_000].map(exactWithin)).toEqual([60_000, 60_000, 150_000]);
});

it('does not change what is said of monitors', () => {
  expect(told(collectedWhenAsked, { looks: { collected: [] }, timedOut: 'collected' })).toMatch(
    /^fail: .*Prometheus was asked and did not collect/,
  );
});
