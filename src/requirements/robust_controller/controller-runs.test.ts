import { describe, expect, it } from 'vitest';
import type { CaseDefinition } from '../../case-kit/define-case.ts';
import type { RecordedObject } from '../../case-kit/index.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { controllerRuns } from './controller-runs.ts';
import { WIDGETS } from './testing/operator-story.ts';

const CASE = controllerRuns as CaseDefinition;
const HOME = 'widgets';
const FIELDS = 'metadata.name=widget-controller';
const LABELS = 'app=widgets';

function deployment(replicas: number, ready: number): RecordedObject {
  const metadata = { name: 'widget-controller', namespace: HOME, uid: 'uid-d', generation: 1 };
  const status = { readyReplicas: ready, observedGeneration: 1 };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas }, status };
}

function controllerPod(restartCount: number): RecordedObject {
  const metadata = { name: 'widget-controller-x', namespace: HOME, uid: 'uid-p', labels: { app: 'widgets' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, status: { containerStatuses: [{ name: 'c', restartCount }] } };
}

function lease(renewTime: string): RecordedObject {
  const metadata = { name: 'leader', namespace: HOME, uid: 'uid-l' };
  const spec = { holderIdentity: 'widget-controller-x_1', renewTime };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

function told(
  story: {
    replicas?: number;
    ready?: number;
    restarts?: boolean;
    established?: string;
    served?: readonly string[];
    renews?: boolean;
    seconds?: number;
    controllers?: boolean;
  } = {},
): string {
  const { replicas = 1, ready = 1, restarts = false, established = 'True', served = ['example.com/v1'] } = story;
  const params = story.controllers === false ? { ...WIDGETS, controllers: [] } : WIDGETS;
  const script = new ScriptedTimeline({ params });
  script.mark('definition', { name: 'widgets.example.com', established, namesAccepted: 'True', served });
  if (story.controllers === false) {
    script.mark('window begins', { pods: [], restarts: {} }).mark('window ends');
    return resultOf(CASE, script.completed());
  }
  script.watch('apps/v1/Deployment', { namespace: HOME, fields: FIELDS });
  script.watch('v1/Pod', { namespace: HOME, labels: LABELS });
  script.add(deployment(replicas, ready)).mark('watching');
  if (replicas > 0) script.add(controllerPod(7));
  if (ready < 1) script.wait(60_000);
  const target = { of: 'apps/v1/Deployment', namespace: HOME, name: 'widget-controller', fields: FIELDS };
  script.waited({ target, condition: 'available', how: ready < 1 ? 'timed-out' : 'met', within: 60_000 });
  script.answer({ name: 'leases before', status: 200, body: [lease('t1')] });
  const pods = [{ of: 'v1/Pod', namespace: HOME, labels: LABELS }];
  script.mark('window begins', { pods, restarts: { 'uid-p': 7 } }).wait(1000);
  if (restarts) script.modify(controllerPod(8));
  script
    .wait((story.seconds ?? 60) * 1000)
    .confirm()
    .mark('window ends');
  script.answer({ name: 'leases after', status: 200, body: [lease(story.renews === false ? 't1' : 't2')] });
  return resultOf(CASE, script.completed());
}

describe('controller-runs', () => {
  it('passes when it is available, keeps running, and leads; restarts of long ago do not matter', () => {
    expect(told()).toBe('pass');
  });

  it.each([
    ['it is scaled to 0', { replicas: 0, ready: 0 }, 'no replica is wanted'],
    ['it is not ready', { ready: 0 }, '0 of 1 replicas ready'],
    ['M9 it crashes now and then', { restarts: true }, 'the operator does not keep running'],
    ['M8 its definition is not established', { established: 'False' }, 'Established=False'],
    ['M8 another version is served', { served: ['example.com/v2'] }, 'serves example.com/v2'],
    ['its leader does nothing', { renews: false }, 'not renewed since t1'],
  ] as const)('fails: %s', (_name, story, why) => {
    const said = told(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it('cannot know of a controller that is not in the cluster, or after half a minute', () => {
    expect(told({ controllers: false })).toMatch(/^inconclusive \(not-found\): /);
    expect(told({ seconds: 30 })).toMatch(
      /^inconclusive \(environment, official: pass\): .*watched for 31 s instead of 60 s/,
    );
  });
});
