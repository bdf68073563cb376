import { describe, expect, it } from 'vitest';
import { pod, unschedulableStatus } from '../../evidence/testing/pod.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import type { CaseDefinition, Finding, RecordedObject } from '../../runner/case-kit.ts';
import { adminAccessNeedsALabel } from './admin-access-needs-a-label.ts';
import { betweenTwoPods } from './between-two-pods.ts';
import { noMoreThanThereAre } from './no-more-than-there-are.ts';
import { noRequestNoAccess } from './no-request-no-access.ts';
import { noWayRoundByEnvironment } from './no-way-round-by-environment.ts';
import { onlyWhatWasGranted } from './only-what-was-granted.ts';
import { otherContainersOfThePod } from './other-containers-of-the-pod.ts';
import type { AcceleratorTarget } from './targets.ts';

const nvidia: AcceleratorTarget = {
  place: { node: 'n1', tolerations: [] },
  ask: { mode: 'device-plugin', name: 'nvidia.com/gpu' },
  vendor: 'nvidia',
  patterns: {
    perDevice: ['/dev/nvidia[0-9]+'],
    control: ['/dev/nvidiactl', '/dev/nvidia-uvm.*'],
    majors: ['nvidia-frontend', 'nvidia'],
  },
  visibleDevices: ['NVIDIA_VISIBLE_DEVICES'],
  runtimeClasses: [],
  usable: 2,
  free: 2,
  devices: [],
  untried: [],
};
const { patterns: _, ...rest } = nvidia;
const unknown: AcceleratorTarget = {
  ...rest,
  vendor: 'unknown',
  ask: { mode: 'device-plugin', name: 'example.com/npu' },
};

const DENIED = 'Operation not permitted';
const gpu = (n: number, open = 'ok'): string => `dev /dev/nvidia${n} c 195:${n} ${open}`;
const ctl = 'dev /dev/nvidiactl c 195:255 ok';
const tried = (n: number, open = DENIED): string => `try c 195:${n} mknod=ok open=${open}`;
const log = (...lines: string[]): string => ['major c 195 nvidia-frontend', ...lines, 'end'].join('\n');

/** The worst outcome of a judge's findings, as the runner combines them. */
function outcome(judged: CaseDefinition<AcceleratorTarget>, script: ScriptedTimeline, target = nvidia): string {
  const findings: readonly Finding[] = judged.judge(script.completed().timeline(), target);
  for (const worst of ['fail', 'inconclusive'] as const) {
    const found = findings.find((finding) => finding.outcome === worst);
    if (found) return `${worst}: ${found.message}`;
  }
  return findings.some((finding) => finding.outcome === 'pass') ? 'pass' : 'nothing shown';
}

/** The entry of an object, for a watch that the script would not choose. */
function objectOf(body: RecordedObject, resourceVersion = '1') {
  const { name = '', namespace = '', uid = '', labels } = body.metadata;
  const group = labels?.['plimsoll.dev/group'];
  return {
    kind: 'object' as const,
    event: 'MODIFIED' as const,
    source: 'watch' as const,
    watch: 'w1',
    ...(group === undefined ? {} : { group }),
    ref: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    body: { ...body, metadata: { ...body.metadata, resourceVersion } },
  };
}

function logs(of: Record<string, string>): ScriptedTimeline {
  const script = new ScriptedTimeline().watch('v1/Pod');
  for (const [where, text] of Object.entries(of)) {
    const [name = '', container = 'probe'] = where.split('/');
    script.log({ pod: name, container, text });
  }
  return script;
}

describe('only what was granted', () => {
  const judge = (one: string, two: string, target = nvidia): string =>
    outcome(onlyWhatWasGranted, logs({ 'one-more': one, holder: two }), target);

  it('passes when 1 gives 1 and 2 give 2', () => {
    expect(judge(log(gpu(0), ctl), log(gpu(0), gpu(1), ctl))).toBe('pass');
  });
  it('fails when one asked for gives all (M3)', () => {
    expect(judge(log(gpu(0), gpu(1), ctl), log(gpu(0), gpu(1)))).toMatch(/^fail: asked for 1 and sees 2/);
  });
  it('cannot know when the probe did not end, or the device could not be opened, or nothing is known of the vendor', () => {
    expect(judge(gpu(0), log(gpu(0), gpu(1)))).toMatch(/^inconclusive: the probe in pod one-more did not report/);
    expect(judge(log(gpu(0, 'No such device or address')), log(gpu(0), gpu(1)))).toMatch(
      /^inconclusive: the control saw/,
    );
    expect(
      judge(log('dev /dev/npu0 c 240:0 ok'), log('dev /dev/npu0 c 240:0 ok', 'dev /dev/npu1 c 240:1 ok'), unknown),
    ).toMatch(/^inconclusive/);
  });
});

describe('no request, no access', () => {
  const judge = (outsider: string, target = nvidia, holder = log(gpu(0), gpu(1), ctl)): string =>
    outcome(noRequestNoAccess, logs({ holder, outsider }), target);

  it('passes when nothing is there and nodes made by hand are refused', () => {
    expect(judge(log(tried(0), tried(1)))).toBe('pass');
  });
  it('fails when a device node is there, even one that cannot be opened (M1), or a control node alone (M12)', () => {
    expect(judge(log(gpu(1), tried(0), tried(1)))).toMatch(/^fail: outsider\/probe was granted none/);
    expect(judge(log(gpu(1, DENIED), tried(0), tried(1)))).toMatch(/^fail/);
    expect(judge(log(ctl, tried(0), tried(1)))).toMatch(/^fail/);
  });
  it('fails when the node is hidden but the cgroup lets it be made and opened (M5)', () => {
    expect(judge(log(tried(0), tried(1, 'ok')))).toMatch(/^fail: .* made a node for c 195:1 and opened it/);
  });
  it('finds a leak under another name by the number and by the major', () => {
    expect(judge(log('dev /dev/hidden c 195:1 ok', tried(0), tried(1)))).toMatch(/^fail/);
    expect(judge(log('dev /dev/hidden c 195:7 ok', tried(0), tried(1)))).toMatch(/^fail/);
  });
  it('does not take a device that every container gets for an accelerator', () => {
    expect(judge(log('dev /dev/fuse c 10:229 ok', tried(0), tried(1)))).toBe('pass');
  });
  it('cannot know without a control, without tries, or when the kernel said neither', () => {
    expect(judge(log(tried(0), tried(1)), nvidia, log())).toMatch(/^inconclusive: the control saw: no device node/);
    expect(judge(log())).toMatch(/^inconclusive: .* did not try/);
    expect(judge(log(tried(0)))).toMatch(/^inconclusive: .* did not try c 195:1/);
    expect(judge(log(tried(0), tried(1, 'No such device or address')))).toMatch(
      /^inconclusive: .* neither refused nor let in/,
    );
    expect(judge('')).toMatch(/^inconclusive/);
  });
  it('never passes for a vendor that no table knows, but fails on what it did see', () => {
    const holder = log('dev /dev/npu0 c 240:0 ok');
    const none = log('try c 240:0 mknod=ok open=Operation not permitted');
    expect(judge(none, unknown, holder)).toMatch(/^inconclusive: no table knows/);
    expect(judge(log('dev /dev/npu0 c 240:0 ok'), unknown, holder)).toMatch(/^fail/);
  });
});

describe('no way round by environment', () => {
  const judge = (script: ScriptedTimeline): string => outcome(noWayRoundByEnvironment, script);
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

describe('other containers of the pod', () => {
  const judge = (beside: string, before: string): string =>
    outcome(
      otherContainersOfThePod,
      logs({ 'shared/probe': log(gpu(0)), 'shared/beside': beside, 'shared/before': before }),
    );

  it('passes when only the one that asked reaches it', () => {
    expect(judge(log(tried(0)), log(tried(0)))).toBe('pass');
  });
  it('fails for a sidecar (M2, M8) and for an init container (M11)', () => {
    expect(judge(log(gpu(0), tried(0)), log(tried(0)))).toMatch(/^fail: shared\/beside/);
    expect(judge(log(tried(0)), log(tried(0, 'ok')))).toMatch(/^fail: shared\/before/);
  });
  it('cannot know when one did not report', () => {
    expect(judge(log(tried(0)), '')).toMatch(/^inconclusive/);
  });
});

describe('between two pods', () => {
  const judge = (first: string, second: string): string =>
    outcome(betweenTwoPods, logs({ 'one-more': first, shared: second }));

  it('passes when they differ and the other is refused', () => {
    expect(judge(log(gpu(0)), log(gpu(1), tried(0)))).toBe('pass');
  });
  it('fails when both have the same device (M6)', () => {
    expect(judge(log(gpu(0)), log(gpu(0), tried(0, 'ok')))).toMatch(/^fail: both hold c 195:0/);
  });
  it('fails when one reaches the other', () => {
    expect(judge(log(gpu(0)), log(gpu(1), tried(0, 'ok')))).toMatch(/^fail: .* made a node for c 195:0/);
    expect(judge(log(gpu(0)), log(gpu(0), gpu(1), tried(0)))).toMatch(/^fail/);
  });
  it('cannot know when one of them saw nothing', () => {
    expect(judge(log(gpu(0)), log(tried(0)))).toMatch(/^inconclusive/);
  });
});

describe('no more than there are', () => {
  const held = pod('holder', { node: 'n1', phase: 'Running', group: 'holder' });
  const begin = (): ScriptedTimeline => logs({ holder: log(gpu(0), gpu(1)) }).add(held);
  const waiting = (name: string, node?: string) =>
    pod(name, {
      group: name,
      ...(node === undefined ? { status: unschedulableStatus('0/1 nodes: Insufficient nvidia.com/gpu') } : { node }),
    });
  const script = (
    node?: string,
    tooMany?: string,
    released: string | undefined = 'n1',
    window = 61_000,
  ): ScriptedTimeline => {
    const begun = begin().add(waiting('one-more')).add(waiting('too-many')).mark('asked for more').wait(1000);
    if (node !== undefined) begun.modify(waiting('one-more', node));
    if (tooMany !== undefined) begun.modify(waiting('too-many', tooMany));
    begun.wait(window).confirm().mark('release').wait(500);
    if (released !== undefined && node === undefined) begun.modify(waiting('one-more', released));
    return begun.wait(90_000).confirm().mark('released');
  };
  const judge = (judged: ScriptedTimeline): string => outcome(noMoreThanThereAre, judged);

  it('passes when the pod waits and gets its device after the release', () => {
    expect(judge(script())).toBe('pass');
  });
  it('fails on double allocation (M6), an over-request that is bound (M7), a device that is not released (M13)', () => {
    expect(judge(script('n1'))).toMatch(/^fail: an accelerator that is held was given out again/);
    expect(judge(script(undefined, 'n1'))).toMatch(/^fail: a request larger than the node was placed/);
    const stuck = begin().add(waiting('one-more')).add(waiting('too-many')).mark('asked for more');
    stuck.wait(61_000).confirm().mark('release').wait(90_000).confirm();
    expect(judge(stuck.mark('released'))).toMatch(/^fail: the released accelerator was not given out again/);
  });
  it('cannot know when the silence was too short or had a gap', () => {
    expect(judge(script(undefined, undefined, 'n1', 20_000))).toMatch(/^inconclusive: watched for/);
    const gap = begin().add(waiting('one-more')).add(waiting('too-many')).mark('asked for more');
    gap
      .wait(30_000)
      .gap('v1/Pod', 5_000)
      .wait(31_000)
      .confirm()
      .mark('release')
      .wait(500)
      .modify(waiting('one-more', 'n1'));
    expect(judge(gap.mark('released'))).toMatch(/^inconclusive: cannot be claimed/);
  });
});

describe('no more than there are, on a node that others use too', () => {
  const FIELDS = 'spec.nodeName=n1';
  const OTHERS = 'plimsoll.dev/case!=x';
  const holders = { of: 'v1/Pod', labels: OTHERS, fields: FIELDS };
  const theirs = (phase = 'Running') => ({
    ...pod('training', { node: 'n1', phase, namespace: 'team' }),
    spec: { nodeName: 'n1', containers: [{ resources: { limits: { 'nvidia.com/gpu': '1' } } }] },
  });
  const held = pod('holder', { node: 'n1', phase: 'Running', group: 'holder' });
  const waits = pod('one-more', { group: 'one-more', status: unschedulableStatus('Insufficient nvidia.com/gpu') });
  const placed = pod('one-more', { node: 'n1', group: 'one-more' });
  const busy: AcceleratorTarget = { ...nvidia, usable: 3 };
  /** A node with three, of which somebody else holds one. */
  const begin = (): ScriptedTimeline =>
    new ScriptedTimeline()
      .watch('v1/Pod', { namespace: undefined, labels: OTHERS, fields: FIELDS })
      .add(theirs())
      .mark('others watched', { holders })
      .watch('v1/Pod')
      .log({ pod: 'holder', text: log(gpu(0), gpu(1)) })
      .write({ ...objectOf(held), watch: 'w2' })
      .write({ ...objectOf(waits), watch: 'w2' })
      .write({ ...objectOf(pod('too-many', { group: 'too-many' })), watch: 'w2' })
      .mark('asked for more');
  const judge = (script: ScriptedTimeline): string => outcome(noMoreThanThereAre, script, busy);

  it('fails when it was given out although nobody gave one back', () => {
    const script = begin()
      .wait(5_000)
      .write({ ...objectOf(placed, '8'), watch: 'w2' });
    expect(judge(script.wait(60_000).confirm().mark('release').wait(100).mark('released'))).toMatch(
      /^fail: an accelerator that is held was given out again/,
    );
  });

  it('cannot know when somebody else gave one back meanwhile, even if that shows a moment later', () => {
    const script = begin()
      .wait(5_000)
      .write({ ...objectOf(placed, '8'), watch: 'w2' })
      .wait(300)
      .modify(theirs('Succeeded'));
    expect(judge(script.wait(60_000).confirm().mark('release').wait(100).mark('released'))).toMatch(
      /^inconclusive: one-more was placed, and there was room for it: others left 3 of the node's/,
    );
  });

  it('cannot know when the pod that held everything had ended before', () => {
    const over = pod('holder', { node: 'n1', phase: 'Failed', group: 'holder' });
    const script = begin()
      .wait(5_000)
      .write({ ...objectOf(over, '7'), watch: 'w2' });
    script.write({ ...objectOf(placed, '8'), watch: 'w2' });
    expect(judge(script.wait(60_000).confirm().mark('release').wait(100).mark('released'))).toMatch(
      /^inconclusive: the pod that held all accelerators had ended before/,
    );
  });

  it('cannot know when somebody else took what was released, and fails when nobody did', () => {
    const stuck = (taken: boolean): ScriptedTimeline => {
      const script = begin().wait(61_000).confirm().mark('release').wait(300);
      const greedy = { ...theirs(), metadata: { ...theirs().metadata, name: 'greedy', uid: 'uid-greedy' } };
      const all = {
        ...greedy,
        spec: { ...greedy.spec, containers: [{ resources: { limits: { 'nvidia.com/gpu': '2' } } }] },
      };
      if (taken) script.add(all);
      return script.wait(90_000).confirm().mark('released');
    };
    expect(judge(stuck(true))).toMatch(/^inconclusive: others hold what was released: team\/training, team\/greedy/);
    expect(judge(stuck(false))).toMatch(/^fail: the released accelerator was not given out again/);
  });
});

describe('administrative access needs a label', () => {
  const judge = (ordinary: number, admin: number): string => {
    const script = new ScriptedTimeline()
      .answer({ name: 'ordinary claim', status: ordinary })
      .answer({ name: 'admin claim', status: admin });
    return outcome(adminAccessNeedsALabel, script);
  };

  it('passes, fails (M10), and cannot know', () => {
    expect(judge(201, 422)).toBe('pass');
    expect(judge(201, 201)).toMatch(/^fail/);
    expect(judge(201, 429)).toMatch(/^inconclusive/);
    expect(
      outcome(adminAccessNeedsALabel, new ScriptedTimeline().answer({ name: 'ordinary claim', status: 201 })),
    ).toMatch(/^inconclusive/);
  });
});
