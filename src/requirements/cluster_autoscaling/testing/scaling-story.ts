import type { CaseDefinition } from '../../../case-kit/define-case.ts';
import type { RecordedObject } from '../../../case-kit/index.ts';
import { pod, unschedulableStatus } from '../../../evidence/testing/pod.ts';
import { resultOf } from '../../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';
import type { ScaleTarget } from '../scale-act.ts';

export const TARGET: ScaleTarget = {
  by: 'karpenter',
  pool: 'Karpenter NodePool gpu',
  label: { key: 'karpenter.sh/nodepool', value: 'gpu' },
  ask: { mode: 'device-plugin', name: 'nvidia.com/gpu' },
  known: 'its settings name nvidia.com/gpu',
  tolerations: [],
  alsoTolerated: [],
  fillers: [],
  devices: ['/dev/nvidia\\d+'],
  upWithin: 1_200_000,
  downWithin: 1_800_000,
  machines: 'karpenter.sh/v1/NodeClaim',
};

/** How one act went; what is left out went well. */
export interface Story {
  readonly target?: ScaleTarget;
  /** The trigger ran on a node that was there. */
  readonly idleNode?: boolean;
  /** No node ever comes. */
  readonly noNode?: boolean;
  /** Status of the machine that was asked for in vain. */
  readonly machineSays?: string;
  /** What an autoscaler says of the pod that waits. */
  readonly saysOfPod?: string;
  /** What the new node has. */
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly neverReady?: boolean;
  /** A taint of the new node that the pod does not tolerate: the act stops before more nodes come. */
  readonly taint?: string;
  /** The new node was made before the pod was refused. */
  readonly early?: boolean;
  /** Device nodes that the pod sees. */
  readonly sees?: string;
  /** A node comes while the impossible pod is pending, and what runs on it. */
  readonly extra?: 'empty' | 'used' | 'outside';
  /** The node goes under the running pod. */
  readonly takenAway?: boolean;
  readonly shrinks?: 'yes' | 'never' | 'cordoned' | 'machine-stays';
  /** Another node of the pool goes as well. */
  readonly otherGoes?: boolean;
  readonly flaps?: boolean;
  readonly gap?: boolean;
  readonly interrupted?: boolean;
  /** Devices are published by a DRA driver. */
  readonly slice?: string;
}

const POOL = { 'karpenter.sh/nodepool': 'gpu' };

export function node(
  name: string,
  is: {
    labels?: Record<string, string>;
    allocatable?: Readonly<Record<string, string>>;
    ready?: boolean;
    made?: number;
    cordoned?: boolean;
    taint?: string | undefined;
  } = {},
): RecordedObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: new Date(Date.UTC(2026, 0, 1) + (is.made ?? 0)).toISOString(),
      labels: is.labels ?? {},
    },
    spec: {
      ...(is.cordoned === true ? { unschedulable: true } : {}),
      ...(is.taint === undefined ? {} : { taints: [{ key: is.taint, value: 'yes', effect: 'NoSchedule' }] }),
    },
    status: {
      allocatable: is.allocatable ?? {},
      conditions: [{ type: 'Ready', status: (is.ready ?? true) ? 'True' : 'False', message: 'no network' }],
    },
  };
}

function claim(name: string, of: string, condition?: Record<string, string>): RecordedObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { name, uid: `uid-claim-${name}` },
    status: { nodeName: of, conditions: condition === undefined ? [] : [condition] },
  };
}

/** The timeline of an act that went as told. */
function told(story: Story = {}): ScriptedTimeline {
  const { target = TARGET } = story;
  const script = new ScriptedTimeline({ params: target, requirement: 'cluster_autoscaling' })
    .watch('v1/Pod')
    .watch('events.k8s.io/v1/Event')
    .watch('v1/Node', { namespace: undefined })
    .watch('karpenter.sh/v1/NodeClaim', { namespace: undefined });
  if (target.slices !== undefined) script.watch(target.slices, { namespace: undefined });
  const old = node('old', { labels: POOL, allocatable: { 'nvidia.com/gpu': '1' } });
  script.add(node('cpu')).add(old).mark('start').wait(1000);
  const group = { group: 'trigger' };
  script.add(pod('trigger', group)).mark('trigger created').wait(100);
  const made = { labels: POOL, allocatable: story.allocatable ?? { 'nvidia.com/gpu': '1' }, taint: story.taint };
  if (story.early) script.add(node('new', { ...made, made: 500 }));
  if (story.idleNode) {
    script.modify(pod('trigger', { ...group, node: 'old', phase: 'Running' }));
    return script.end({ how: 'aborted', class: 'capacity', message: 'the pod found room on old' });
  }
  const refused = {
    conditions: [
      {
        ...(unschedulableStatus('0/2 nodes')['conditions'] as object[])[0],
        lastTransitionTime: '2026-01-01T00:00:01Z',
      },
    ],
  };
  script.modify(pod('trigger', { ...group, status: refused })).wait(3000);
  if (story.interrupted)
    return script.end({ how: 'aborted', class: 'interrupted', message: 'the run was interrupted' });
  if (story.saysOfPod !== undefined)
    for (const [index, reportingController] of ['default-scheduler', 'karpenter', 'default-scheduler'].entries())
      script.add({
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: `e${index}`, namespace: 'plimsoll-test-1', uid: `uid-e${index}` },
        reportingController,
        note: reportingController === 'karpenter' ? story.saysOfPod : '0/2 nodes',
        regarding: { kind: 'Pod', name: 'trigger', namespace: 'plimsoll-test-1', uid: 'uid-trigger' },
      });
  if (story.machineSays !== undefined)
    script.add(
      claim('c1', '', { type: 'Launched', status: 'Unknown', reason: 'LaunchFailed', message: story.machineSays }),
    );
  const comes = !story.noNode && !story.early;
  if (comes) script.add(node('new', { labels: POOL, ready: false, made: 4000 })).wait(2000);
  if (comes || story.early) {
    script.add(claim('c1', 'new'));
    script.modify(node('new', { ...made, ready: !story.neverReady, made: story.early ? 500 : 4000 }));
  }
  if (story.slice !== undefined && target.slices !== undefined)
    script.add({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: 's1', uid: 'uid-s1' },
      spec: { nodeName: 'new', driver: story.slice, devices: [{ name: 'a' }] },
    });
  if (story.taint !== undefined) {
    script.wait(30_000).confirm();
    const message = 'the pool has grown by 3 nodes and the pod runs on none of them';
    return script.end({ how: 'aborted', class: 'environment', message, remedy: 'See.' });
  }
  const has =
    target.ask.mode === 'dra' ? story.slice === target.ask.name : made.allocatable['nvidia.com/gpu'] !== undefined;
  if (story.noNode || story.neverReady || !has) {
    script.wait(target.upWithin).confirm();
    script.waited({
      target: { of: 'v1/Pod', group: 'trigger' },
      condition: '1 × running',
      how: 'timed-out',
      within: target.upWithin,
    });
    return script.end({ how: 'aborted', class: 'environment', message: 'no pod ran on a new node', remedy: 'See.' });
  }
  script.modify(pod('trigger', { ...group, node: 'new', phase: 'Running' })).mark('grown');
  script.log({ pod: 'trigger', text: `/dev/null\n${story.sees ?? '/dev/nvidia0'}\nlooked\n` });
  script
    .add(pod('impossible', { group: 'impossible', status: unschedulableStatus('0/3 nodes') }))
    .mark('impossible pod created');
  script.wait(20_000);
  if (story.extra !== undefined)
    script.add(node('more', { labels: story.extra === 'outside' ? {} : POOL, made: 30_000 }));
  if (story.takenAway) script.remove(node('new', made));
  if (story.takenAway || story.extra === 'empty' || story.extra === 'used') {
    script.confirm().mark('held');
    const other = { metadata: { namespace: 'shop', name: 'web-0' } };
    const daemon = { metadata: { namespace: 'kube-system', name: 'proxy', ownerReferences: [{ kind: 'DaemonSet' }] } };
    script.answer({
      name: 'pods on more',
      method: 'GET',
      status: 200,
      body: story.extra === 'used' ? [daemon, other] : [daemon],
    });
    return script.end({ how: 'aborted', class: 'environment', message: 'the pool changed' });
  }
  if (story.gap) script.gap('v1/Node', 5000);
  script.wait(45_000).confirm().mark('held');
  script.remove(pod('trigger', { ...group, node: 'new', phase: 'Running' })).mark('trigger removed');
  if (story.shrinks === 'never' || story.shrinks === 'cordoned') {
    if (story.shrinks === 'cordoned') script.modify(node('new', { ...made, ready: false, cordoned: true, made: 4000 }));
    script.wait(target.downWithin).confirm();
    script.waited({
      target: { of: 'v1/Node' },
      condition: 'node new is gone',
      how: 'timed-out',
      within: target.downWithin,
    });
    return script.end({ how: 'aborted', class: 'environment', message: 'node new was not removed' });
  }
  script.wait(25_000).remove(node('new', made));
  if (story.shrinks !== 'machine-stays') script.remove(claim('c1', 'new'));
  else {
    script.wait(180_000).confirm();
    script.waited({
      target: { of: 'karpenter.sh/v1/NodeClaim' },
      condition: 'no machine for new',
      how: 'timed-out',
      within: 180_000,
    });
  }
  script.mark('shrunk');
  if (story.otherGoes) script.wait(1000).remove(old);
  if (story.flaps) script.wait(30_000).add(node('again', { labels: POOL, made: 200_000 }));
  script.wait(120_000).confirm().mark('watched');
  return script.completed();
}

/** What a run reports of a case whose act went as told. */
export function verdictOf(judge: CaseDefinition<ScaleTarget>, story: Story): string {
  return resultOf(judge, told(story));
}
