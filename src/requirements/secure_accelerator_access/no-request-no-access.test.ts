import { describe, expect, it } from 'vitest';
import { pod } from '../../evidence/testing/pod.ts';
import { judged, resultOf } from '../../evidence/testing/result-of.ts';
import { noRequestNoAccess } from './no-request-no-access.ts';
import { ctl, DENIED, gpu, log, logs, nvidia, tried, unknown } from './testing/judged-logs.ts';

describe('no request, no access', () => {
  const judge = (outsider: string, target = nvidia, holder = log(gpu(0), gpu(1), ctl)): string =>
    resultOf(noRequestNoAccess, logs({ holder, outsider }, target).completed());

  it('passes when nothing is there and nodes made by hand are refused', () => {
    expect(judge(log(tried(0), tried(1)))).toBe('pass');
  });
  it('fails when a device node is there, even one that cannot be opened (M1), or a control node alone (M12)', () => {
    expect(judge(log(gpu(1), tried(0), tried(1)))).toMatch(/^fail: .*outsider\/probe was granted none/);
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
    expect(judge(log(tried(0), tried(1)), nvidia, log())).toMatch(
      /^inconclusive \(environment\): .*the control saw: no device node/,
    );
    expect(judge(log())).toMatch(/^inconclusive \(environment\): .*was not tried/);
    expect(judge(log(tried(0)))).toMatch(/^inconclusive \(environment\): .*c 195:1 was not tried/);
    expect(judge(log(tried(0), tried(1, 'No such device or address')))).toMatch(
      /^inconclusive \(environment\): .*neither refused nor let in/,
    );
    expect(judge('')).toMatch(/^inconclusive/);
  });
  it('fails where a RuntimeClass gives a device to a pod that names it, passes where none does, and cannot know untried', () => {
    const target = { ...nvidia, runtimeClasses: ['legacy'] };
    const sound = { holder: log(gpu(0), gpu(1), ctl), outsider: log(tried(0), tried(1)) };
    const under = (told: string): string => {
      const ended = { containerStatuses: [{ name: 'probe', state: { terminated: { exitCode: 0 } } }] };
      const script = logs({ ...sound, 'outsider-1': told }, target);
      script.add(pod('outsider-1', { group: 'outsider-1', node: 'n1', phase: 'Succeeded', status: ended }));
      return resultOf(noRequestNoAccess, script.completed());
    };
    expect(under(log(tried(0), tried(1)))).toBe('pass');
    expect(under(log(gpu(1), tried(0), tried(1)))).toMatch(
      /^fail: .*RuntimeClass legacy: outsider-1\/probe was granted/,
    );
    expect(under('')).toMatch(/^inconclusive \(environment\): .*did not report/);
    expect(resultOf(noRequestNoAccess, logs(sound, target).completed())).toMatch(/^inconclusive \(environment\)/);
  });
  it('cannot know where the pod may not make nodes: that proves nothing of what it could open', () => {
    const holder = log(gpu(0), gpu(1), ctl);
    const refused = log(...[0, 1].map((n) => `try c 195:${n} mknod=Operation not permitted open=-`));
    expect(judge(refused, nvidia, holder)).toMatch(
      /^inconclusive \(environment\): .*may not make device nodes \(mknod: Operation not permitted\)/,
    );
    expect(judge(log(gpu(0), `try c 195:1 mknod=Operation not permitted open=-`), nvidia, holder)).toMatch(/^fail/);
  });
  it('says under which classes a granted device could not be opened', () => {
    const told = logs({ holder: log(), outsider: log() }).mark('runtime chosen', { tried: ['', 'kata'] });
    const { findings } = judged(noRequestNoAccess, told.completed());
    expect(findings.map(({ remedy }) => remedy)).toContainEqual(
      expect.stringContaining('with RuntimeClass kata either'),
    );
  });
  it('never passes for a vendor that no table knows, but fails on what it did see', () => {
    const holder = log('dev /dev/npu0 c 240:0 ok');
    const none = log('try c 240:0 mknod=ok open=Operation not permitted');
    expect(judge(none, unknown, holder)).toMatch(/^inconclusive \(unknown-accelerator\): .*no table knows/);
    expect(judge(log('dev /dev/npu0 c 240:0 ok'), unknown, holder)).toMatch(/^fail/);
  });
});
