import { describe, expect, it } from 'vitest';
import { growsForNothingElse, keepsWhatIsUsed, shrinksAgain } from './cases.ts';
import { grows } from './grows.ts';
import type { ScaleTarget } from './scale-act.ts';

import { type Story, TARGET, verdictOf } from './testing/scaling-story.ts';

const DRA: ScaleTarget = {
  ...TARGET,
  ask: { mode: 'dra', name: 'gpu.nvidia.com', deviceClass: 'gpu.nvidia.com', apiVersion: 'resource.k8s.io/v1' },
  slices: 'resource.k8s.io/v1/ResourceSlice',
};
const { known: _, ...UNSURE } = TARGET;
const NOTHING = { allocatable: { cpu: '8' } };

describe('grows for a pending pod', () => {
  it.each<[string, Story]>([
    ['with an extended resource', {}],
    ['with devices of a DRA driver', { target: DRA, ...NOTHING, slice: 'gpu.nvidia.com' }],
    ['although a node outside the pool came as well', { extra: 'outside' }],
  ])('passes %s', (_name, story) => {
    expect(verdictOf(grows, story)).toBe('pass');
  });

  it.each<[string, Story, string]>([
    ['M2 the new node has no accelerator', NOTHING, 'new came to Karpenter NodePool gpu without nvidia.com/gpu'],
    ['M3 its device plugin never reports', { allocatable: { cpu: '8' } }, 'without nvidia.com/gpu'],
    ['M4 another kind of accelerator comes', { allocatable: { 'amd.com/gpu': '1' } }, 'without nvidia.com/gpu'],
    ['M12 no node comes for a claim', { target: DRA, noNode: true }, 'although a pod waited for gpu.nvidia.com'],
    ['nothing comes', { noNode: true }, 'no node came to Karpenter NodePool gpu in 20 m'],
    [
      'nothing comes, and it is told why',
      { noNode: true, saysOfPod: 'no type fits' },
      'karpenter says of the pod: no type fits',
    ],
    ['the pod sees no device', { sees: '/dev/zero' }, 'sees no accelerator'],
  ])('fails: %s', (_name, story, why) => {
    const said = verdictOf(grows, story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each<[string, Story, string]>([
    ['M5 an idle node took the pod', { idleNode: true }, '(capacity): '],
    ['the provider has no machine', { noNode: true, machineSays: 'InsufficientCapacity: none left' }, 'none left'],
    ['it is not known that the pool has any', { target: UNSURE, noNode: true }, 'not known to have'],
    ['the new node is never Ready', { neverReady: true }, 'no network'],
    [
      'the new node has a taint that nothing had told',
      { taint: 'example.com/gpu' },
      'new came with the taint example.com/gpu=yes:NoSchedule',
    ],
    ['the node came before the pod was refused', { early: true }, 'had come before'],
    ['the run was interrupted', { interrupted: true }, 'interrupted'],
  ])('cannot know when %s', (_name, story, why) => {
    const said = verdictOf(grows, story);
    expect(said).toMatch(/^inconclusive/);
    expect(said).toContain(why);
  });
});

describe('grows for nothing else', () => {
  it.each<[string, Story]>([
    ['when nothing comes', {}],
    ['when a node comes elsewhere', { extra: 'outside' }],
  ])('passes %s', (_name, story) => {
    expect(verdictOf(growsForNothingElse, story)).toBe('pass');
  });

  it('fails: M10 a node comes whatever is pending', () => {
    expect(verdictOf(growsForNothingElse, { extra: 'empty' })).toMatch(/^fail.*grew although nothing was pending/);
  });

  it.each<[string, Story, string]>([
    ['other workloads run on the node that came', { extra: 'used' }, 'shop/web-0'],
    ['the watch had a gap', { gap: true }, 'cannot be claimed'],
    ['the pool never grew for anybody', { noNode: true }, 'not shown'],
    [
      'it was not watched for three minutes',
      { shrinks: 'never', target: { ...TARGET, downWithin: 60_000 } },
      'instead of',
    ],
  ])('cannot know when %s', (_name, story, why) => {
    const said = verdictOf(growsForNothingElse, story);
    expect(said).toMatch(/^inconclusive/);
    expect(said).toContain(why);
  });
});

describe('keeps what is used', () => {
  it('passes when the node stays', () => {
    expect(verdictOf(keepsWhatIsUsed, {})).toBe('pass');
  });

  it('fails: M7 the node goes under the pod', () => {
    expect(verdictOf(keepsWhatIsUsed, { takenAway: true })).toMatch(/^fail.*taken away under a running pod/);
  });

  it.each<[string, Story]>([
    ['the watch had a gap', { gap: true }],
    ['the pool never grew', { noNode: true }],
  ])('cannot know when %s', (_name, story) => {
    expect(verdictOf(keepsWhatIsUsed, story)).toMatch(/^inconclusive/);
  });
});

describe('shrinks again', () => {
  it('passes when the node goes and nothing else happens', () => {
    expect(verdictOf(shrinksAgain, {})).toBe('pass');
  });

  it.each<[string, Story, string]>([
    ['M1 it never shrinks', { shrinks: 'never' }, 'did not shrink'],
    ['M8 the node is cordoned and stays', { shrinks: 'cordoned' }, 'still there, cordoned, not ready'],
    ['M9 it grows again', { flaps: true }, 'flaps'],
    ['M11 another node goes as well', { otherGoes: true }, 'it had 1 nodes and has 0: old'],
    ['the machine stays', { shrinks: 'machine-stays' }, 'still costs'],
  ])('fails: %s', (_name, story, why) => {
    const said = verdictOf(shrinksAgain, story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each<[string, Story]>([
    ['the pool never grew', { noNode: true }],
    ['the act ended before', { extra: 'empty' }],
    ['the run was interrupted', { interrupted: true }],
  ])('cannot know when %s', (_name, story) => {
    expect(verdictOf(shrinksAgain, story)).toMatch(/^inconclusive/);
  });
});
