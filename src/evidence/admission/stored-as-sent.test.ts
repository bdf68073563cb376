import { describe, expect, it } from 'vitest';
import { type Finding, fails, passes } from '../findings/finding.ts';
import { judgeCase } from '../result/judge-case.ts';
import { lineOf } from '../testing/result-of.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';

type Json = Record<string, unknown>;

const container = {
  name: 'probe',
  image: 'busybox:1.37',
  command: ['/bin/sh', '-c', 'sleep 1'],
  resources: { limits: { 'example.com/gpu': '1', cpu: '100m' } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const affinity = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
    },
  },
};
const spec: Json = { restartPolicy: 'Never', affinity, containers: [container], securityContext: { runAsUser: 65532 } };
/** What an API server adds by itself. */
const defaults: Json = {
  ...spec,
  schedulerName: 'default-scheduler',
  nodeSelector: {},
  tolerations: [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ],
  containers: [
    {
      ...container,
      resources: { limits: container.resources.limits, requests: { 'example.com/gpu': '1', cpu: '0.1' } },
      terminationMessagePolicy: 'File',
    },
  ],
};

const pod = (name: string, of: Json, more: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'plimsoll-test-1', uid: `uid-${name}`, ...more },
  spec: of,
});
const job = (template: Json, more: Json = {}, labels: Json = {}): Json => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job', namespace: 'plimsoll-test-1', uid: 'uid-job', labels },
  spec: { ...more, template: { spec: template } },
});

function created(sent: Json, stored: Json): ScriptedTimeline {
  const script = new ScriptedTimeline().watch('v1/Pod');
  return script.answer({ name: 'create', method: 'POST', path: '/x', status: 201, sent, body: stored });
}

/** What comes of a case whose own judge finds this. */
function told(script: ScriptedTimeline, finding: Finding = passes('it works', 'it did', [1])): string {
  const judge = { id: 'x/y', bar: 'behaviour' as const, judge: () => [finding] };
  return lineOf(judgeCase(judge, script.completed().timeline()));
}

const FAIL = fails('it works', 'it did not', [1]);

describe('what is stored as it was sent', () => {
  it('leaves pass and fail alone, whatever the API server fills in', () => {
    expect(told(created(pod('a', spec), pod('a', defaults)))).toBe('pass');
    expect(told(created(pod('a', spec), pod('a', defaults)), FAIL)).toBe('fail: it works: it did not');
  });

  it.each<[string, Json]>([
    [
      'a sidecar',
      { ...defaults, containers: [...(defaults['containers'] as Json[]), { name: 'mesh', image: 'mesh' }] },
    ],
    ['an init container', { ...defaults, initContainers: [{ name: 'mesh-init', image: 'mesh' }] }],
    [
      'limits of a LimitRange',
      withContainer({ resources: { limits: { ...container.resources.limits, memory: '1Gi' } } }),
    ],
    ['a mirror', withContainer({ image: 'mirror.example.com/busybox@sha256:0' })],
    ['a variable', withContainer({ env: [{ name: 'PROXY', value: 'x' }] })],
    [
      'a preferred affinity',
      { ...defaults, affinity: { ...affinity, podAffinity: { preferredDuringScheduling: [1] } } },
    ],
    ['a toleration', { ...defaults, tolerations: [{ key: 'gpu', operator: 'Exists' }] }],
  ])('tells of %s beside it, and lets it change nothing', (_what, stored) => {
    expect(told(created(pod('a', spec), pod('a', stored)))).toBe('pass');
    expect(told(created(pod('a', spec), pod('a', stored)), FAIL)).toMatch(/^fail/);
  });
});

describe('what is stored otherwise than it was sent', () => {
  it.each<[string, Json, string]>([
    [
      'another affinity',
      {
        ...defaults,
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      },
      'spec.affinity.nodeAffinity',
    ],
    ['no affinity', { ...defaults, affinity: undefined }, 'stored nothing'],
    [
      'nodes of a namespace',
      { ...defaults, nodeSelector: { pool: 'cpu' } },
      'spec.nodeSelector: sent nothing, stored {"pool":"cpu"}',
    ],
    ['a node', { ...defaults, nodeName: 'n2' }, 'spec.nodeName: sent nothing, stored "n2"'],
    [
      'another scheduler',
      { ...defaults, schedulerName: 'batch' },
      'spec.schedulerName: sent "default-scheduler", stored "batch"',
    ],
    ['a gate', { ...defaults, schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] }, 'spec.schedulingGates'],
    ['a runtime', { ...defaults, runtimeClassName: 'sandbox' }, 'spec.runtimeClassName'],
    [
      'a container less',
      { ...defaults, containers: [{ ...container, name: 'other' }] },
      'spec.containers[probe]: sent {"image":"busybox:1.37"}, stored nothing',
    ],
    ['another command', withContainer({ command: ['true'] }), '.command'],
    [
      'fewer devices',
      withContainer({ resources: { limits: { cpu: '100m' } } }),
      '.resources.limits.example.com/gpu: sent "1", stored nothing',
    ],
    [
      'a device more',
      withContainer({ resources: { limits: { ...container.resources.limits, 'example.com/nic': '1' } } }),
      'example.com/nic',
    ],
    [
      'capabilities',
      withContainer({ securityContext: { capabilities: { add: ['MKNOD'], drop: ['ALL'] } } }),
      '.capabilities.add',
    ],
    [
      'another user',
      { ...defaults, securityContext: { runAsUser: 1000700000 } },
      '.securityContext.runAsUser: sent 65532, stored 1000700000',
    ],
  ])('rests neither pass nor fail on %s, and names field, sent and stored', (_what, stored, words) => {
    for (const finding of [undefined, FAIL]) {
      const result = told(created(pod('a', spec), pod('a', stored)), finding);
      expect(result).toMatch(
        /^inconclusive \(environment\): what was asked for is what was stored: Pod plimsoll-test-1\/a: /,
      );
      expect(result).toContain(words);
    }
  });

  it('sees a workload that is held back, and names what does that', () => {
    const held = created(job(spec), job(defaults, { suspend: true }));
    expect(told(held, FAIL)).toMatch(
      /^inconclusive \(environment\): .*Job plimsoll-test-1\/job: spec.suspend: sent nothing, stored true/,
    );
    const judge = { id: 'x/y', bar: 'behaviour' as const, judge: () => [FAIL] };
    expect(judgeCase(judge, held.timeline()).remedy).toContain('Kueue');
  });

  it('lets a queue do with a workload what it was given to it for', () => {
    const labels = { 'kueue.x-k8s.io/queue-name': 'queue' };
    const script = created(job(spec, {}, labels), job(defaults, { suspend: true }, labels));
    const gated = { ...defaults, schedulingGates: [{ name: 'kueue.x-k8s.io/topology' }], nodeSelector: { pool: 'a' } };
    script.add(pod('job-0', gated, { ownerReferences: [{ kind: 'Job', name: 'job', uid: 'uid-job' }] }) as never);
    expect(told(script)).toBe('pass');
  });

  it('compares the pods that come of a core workload with its template', () => {
    const child = (of: Json): ScriptedTimeline =>
      created(job(spec), job(defaults)).add(
        pod('job-0', of, { ownerReferences: [{ kind: 'Job', name: 'job', uid: 'uid-job' }] }) as never,
      );
    expect(told(child({ ...defaults, nodeName: 'n1' }))).toBe('pass');
    expect(told(child({ ...defaults, schedulerName: 'batch' }))).toMatch(
      /^inconclusive.*Pod plimsoll-test-1\/job-0: spec.schedulerName/,
    );
  });

  it('leaves to a requirement what is its own: claims and groups of gangs', () => {
    const sent = {
      ...spec,
      resourceClaims: [{ name: 'c', resourceClaimName: 'x' }],
      schedulingGroup: { podGroupName: 'g' },
    };
    expect(told(created(pod('a', sent), pod('a', defaults)), FAIL)).toMatch(/^fail/);
  });

  it('does not look at dry runs, at refusals, nor at what is too long to be kept', () => {
    const changed = pod('a', { ...defaults, schedulerName: 'batch' });
    const answers = [
      { status: 201, path: '/x?dryRun=All' },
      { status: 422, path: '/x' },
      { status: 201, path: '/x', digest: { sha256: '0', bytes: 300_000 } },
    ];
    for (const answer of answers)
      expect(
        told(
          new ScriptedTimeline().answer({
            name: 'create',
            method: 'POST',
            sent: pod('a', spec),
            body: changed,
            ...answer,
          }),
        ),
      ).toBe('pass');
  });
});

function withContainer(more: Json): Json {
  return { ...defaults, containers: [{ ...(defaults['containers'] as Json[])[0], ...more }] };
}
