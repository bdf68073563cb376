import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { anotherRun, otherRunsOf, showOtherRun } from './others-at-work.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const ago = (seconds: number): string => new Date(+NOW - 1000 * seconds).toISOString();

const namespace = (run: string, number: number, since: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: `plimsoll-${run}-${number}`,
    creationTimestamp: ago(since),
    labels: { 'plimsoll.dev/run': run, 'plimsoll.dev/case': `gang_scheduling.case-${number}` },
  },
});
const presence = (run: string, since: number, seen: number): KubeObject => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: {
    name: `plimsoll-${run}`,
    creationTimestamp: ago(since),
    labels: { 'plimsoll.dev/run': run },
    annotations: { 'plimsoll.dev/by': 'ann@laptop', 'plimsoll.dev/seen': ago(seen) },
  },
});
const pod = (run: string, node: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { 'plimsoll.dev/run': run } },
  spec: { nodeName: node },
});

describe('other runs on a cluster', () => {
  it('are told with who, since when and where', () => {
    const found = {
      classes: [presence('aa', 600, 20)],
      namespaces: [namespace('aa', 1, 500)],
      pods: [pod('aa', 'node-2')],
    };
    const [other] = otherRunsOf(found, NOW);
    expect(other).toMatchObject({ run: 'aa', by: 'ann@laptop', alive: true, nodes: ['node-2'] });
    expect(other && showOtherRun(other)).toBe(
      'run aa, by ann@laptop, at work since 2026-03-01T11:50:00.000Z, on node-2 (1 cases: gang_scheduling.case-1)',
    );
    expect(other && anotherRun([other]).code).toBe('another-run');
    expect(other && anotherRun([other], 60_000).message).toContain('(waited 60 s)');
  });

  it.each([
    ['says that it is at work', [presence('aa', 7200, 40)], [], true],
    ['said so a moment ahead of our clock', [presence('aa', 7200, -20)], [], true],
    ['has said nothing for minutes: it was killed', [presence('aa', 7200, 300)], [namespace('aa', 1, 100)], false],
    ['never says anything, and made something lately', [], [namespace('aa', 1, 60)], true],
    ['never says anything, and made nothing for an hour', [], [namespace('aa', 1, 3600)], false],
  ])('%s', (_name, classes, namespaces, alive) => {
    expect(otherRunsOf({ classes, namespaces, pods: [] }, NOW)).toMatchObject([{ run: 'aa', alive }]);
  });

  it('are none where nothing of them is there', () => {
    expect(otherRunsOf({ classes: [], namespaces: [], pods: [] }, NOW)).toEqual([]);
  });
});
