import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { betweenTwoPods } from './between-two-pods.ts';
import { ctl, DENIED, gpu, log, logs, nvidia, ofVendor, tried, unknown } from './testing/judged-logs.ts';

describe('between two pods', () => {
  const judge = (first: string, second: string, target = nvidia, holder = log(gpu(0), gpu(1), ctl)): string =>
    resultOf(betweenTwoPods, logs({ holder, 'one-more': first, shared: second }, target).completed());

  it('passes when they differ and the other is refused', () => {
    expect(judge(log(gpu(0)), log(gpu(1), tried(0)))).toBe('pass');
  });
  it('fails when both have the same device (M6)', () => {
    expect(judge(log(gpu(0)), log(gpu(0), tried(0, 'ok')))).toMatch(/^fail: .*both hold c 195:0/);
  });
  it('fails when one reaches the other', () => {
    expect(judge(log(gpu(0)), log(gpu(1), tried(0, 'ok')))).toMatch(/^fail: .* made a node for c 195:0/);
    expect(judge(log(gpu(0)), log(gpu(0), gpu(1), tried(0)))).toMatch(/^fail/);
  });
  it('cannot know when one of them saw nothing', () => {
    expect(judge(log(gpu(0)), log(tried(0)))).toMatch(/^inconclusive/);
  });

  describe('with nodes that the vendor shares among all who were granted a device', () => {
    const uvm = ['dev /dev/nvidia-uvm c 511:0 ok', 'dev /dev/nvidia-uvm-tools c 511:1 ok'];
    const first = log(gpu(0), ctl, ...uvm);

    it("passes: they are nobody's accelerator (NVIDIA)", () => {
      expect(judge(first, log(gpu(1), ctl, ...uvm, tried(0)), ofVendor('nvidia', 'nvidia.com/gpu'))).toBe('pass');
    });

    it('passes where one device has several nodes beside a shared one (AMD)', () => {
      const nodes = (n: number): string[] => [
        `dev /dev/dri/renderD${128 + n} c 226:${128 + n} ok`,
        `dev /dev/dri/card${n} c 226:${n} ok`,
        'dev /dev/kfd c 235:0 ok',
      ];
      const amd = ofVendor('amd', 'amd.com/gpu');
      const said = (...lines: string[]): string => ['major c 226 drm', 'major c 235 kfd', ...lines, 'end'].join('\n');
      const refused = ['226:128', '226:0'].map((number) => `try c ${number} mknod=ok open=${DENIED}`);
      const holder = said(...nodes(0), ...nodes(1));
      expect(judge(said(...nodes(0)), said(...nodes(1), ...refused), amd, holder)).toBe('pass');
      const card0 = 'dev /dev/dri/card0 c 226:0 ok';
      expect(judge(said(...nodes(0)), said(...nodes(1), card0, ...refused), amd, holder)).toMatch(
        /^fail: .*both hold c 226:0/,
      );
    });

    it("fails when the neighbour's device is reached beside them", () => {
      expect(judge(first, log(gpu(1), ctl, ...uvm, tried(0, 'ok')))).toMatch(/^fail: .* made a node for c 195:0/);
      expect(judge(first, log(gpu(1), ctl, ...uvm, gpu(0), tried(0)))).toMatch(/^fail: .*both hold c 195:0/);
    });

    it.each([
      ['of the neighbour', 'c 195:0'],
      ['that only the holder had before', 'c 195:2'],
    ])('fails when a device %s goes by the name of a shared node', (_whose, number) => {
      const hidden = `dev /dev/nvidia-uvm-tools ${number} ok`;
      const said = judge(first, log(gpu(1), ctl, hidden, tried(0)), nvidia, log(gpu(0), gpu(1), gpu(2), ctl));
      expect(said).toMatch(`fail: a pod does not reach the accelerator of its neighbour: `);
      expect(said).toContain(`sees /dev/nvidia-uvm-tools (${number}): opened`);
      expect(said).not.toContain('nvidiactl');
    });

    it('fails when a device goes by a name that no table knows', () => {
      expect(judge(first, log(gpu(1), ctl, 'dev /dev/hidden c 195:7 ok', tried(0)))).toMatch(
        /^fail: .*sees \/dev\/hidden \(c 195:7\): opened$/,
      );
    });

    it('finds the control node of the neighbour where each device has its own (Habana)', () => {
      const gaudi = (n: number): string[] => [
        `dev /dev/accel/accel${n} c 261:${n} ok`,
        `dev /dev/accel/accel_controlD${n} c 261:${64 + n} ok`,
      ];
      const habana = ofVendor('habana', 'habana.ai/gaudi');
      const refused = ['261:0', '261:64'].map((number) => `try c ${number} mknod=ok open=${DENIED}`);
      const holder = log(...gaudi(0), ...gaudi(1));
      expect(judge(log(...gaudi(0)), log(...gaudi(1), ...refused), habana, holder)).toBe('pass');
      const leak = gaudi(0).slice(1);
      expect(judge(log(...gaudi(0)), log(...gaudi(1), ...leak, ...refused), habana, holder)).toMatch(
        /^fail: .*both hold c 261:64/,
      );
    });
  });

  it('cannot know whether a node that both have is shared when no table knows the vendor', () => {
    const npu = (n: number): string => `dev /dev/npu${n} c 240:${n} ok`;
    const manager = 'dev /dev/npu_manager c 241:0 ok';
    const refused = `try c 240:0 mknod=ok open=${DENIED}`;
    expect(judge(log(npu(0), manager), log(npu(1), manager, refused), unknown)).toMatch(
      /^inconclusive \(unknown-accelerator\): .*both have c 241:0/,
    );
    expect(judge(log(npu(0)), log(npu(1), refused.replace(DENIED, 'ok')), unknown)).toMatch(/^fail: .* opened it/);
  });
});
