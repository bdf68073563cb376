import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judgeCase, parseTimeline } from '../../evidence/index.ts';
import { lineOf } from '../../evidence/testing/result-of.ts';
import { cases } from './cases.ts';
import type { AcceleratorTarget } from './targets.ts';

/** Timelines that were recorded on a vendor's own device plugin, DRA driver and runtime; they are not part of this repository. */
const RECORDED = resolve(import.meta.dirname, '../../../../shared/cases/vendors/recorded');
const there = existsSync(RECORDED);

/** `more`: what the plan says today of the accelerators, where it said less when the timeline was recorded. */
function told(id: string, more: Partial<AcceleratorTarget> = {}): string {
  const file = `${id}.timeline.jsonl.gz`;
  const timeline = parseTimeline(gunzipSync(readFileSync(resolve(RECORDED, file))).toString('utf8'), file);
  const judge = cases.find((one) => id.startsWith(`${one.id.split('/')[1]}@`));
  if (judge === undefined) throw new Error(`no case for ${file}`);
  const params = { ...(timeline.params as AcceleratorTarget), ...more };
  return lineOf(judgeCase({ ...judge, judge: (read) => judge.judge(read, params) }, timeline));
}

describe.skipIf(!there)(`recorded on vendors' programs (skipped where ${RECORDED} is absent)`, () => {
  it.each([
    ['a device plugin that hands out device nodes', 'node-1.nvidia.com_gpu'],
    ['a DRA driver', 'node-2.gpu.nvidia.com'],
    ['a device plugin with time slicing, where the two landed on different devices', 'node-3.nvidia.com_gpu'],
  ])('two pods do not reach each other, although both have the nodes that all share: %s', (_what, where) => {
    expect(told(`between-two-pods@${where}`)).toBe('pass');
  });

  // A share of a device is not a device. The plan that was recorded took each for one.
  it('with time slicing, 8 shares of 2 devices are not too few', () => {
    const id = 'only-what-was-granted@node-3.nvidia.com_gpu';
    expect(told(id)).toMatch(/^fail: .*asked for 8 and sees 2/);
    expect(told(id, { unit: 'share', physical: 2 })).toBe('pass');
  });

  // The runtime that puts devices in was not the default one: the platform is not set up, and that is no error of ours.
  it('a pod that was granted a device and sees none is no error of ours', () => {
    expect(told('between-two-pods@node-4.nvidia.com_gpu')).toMatch(/^inconclusive \(environment\)/);
  });
});
