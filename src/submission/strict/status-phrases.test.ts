import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { lacksAutoscaler, saysNotApplicable, saysNotSupported, withoutReason } from './status-phrases.ts';

describe('saysNotApplicable', () => {
  it.each([
    'The cluster autoscaler is not applicable in our context.',
    'Fixed nodes. Cluster autoscaling does not apply.',
    '本平台部署在固定节点上，自动伸缩不适用。',
    'Not applicable: the cluster has a fixed number of nodes.',
    'N/A, bare metal.',
    'This requirement is not applicable to bare metal.',
    "L'autoscaling ne s'applique pas ici.",
    'Cluster Autoscaling ist hier nicht zutreffend.',
    'O autoscaling não se aplica.',
    'クラスタオートスケーラーは適用外です。',
  ])('%s', (text) => expect(text).toContain(saysNotApplicable(text, 'cluster_autoscaling', true) ?? 'nothing said'));
  it.each([
    'The autoscaler applies the policy; taints that are not applicable are ignored by nobody else.'.replace(
      'are not applicable',
      'matter',
    ),
    'GPU N/A values of nvidia-smi are ignored.',
    'The autoscaler brought a node. Spot prices are not applicable.',
    'Wherever applicable, the autoscaler scales to zero.',
    'Autoscaling is applicable to all pools.',
    'The rule does not apply itself.',
  ])('%s does not', (text) => expect(saysNotApplicable(text, 'cluster_autoscaling', true)).toBeUndefined());
});

describe('lacksAutoscaler', () => {
  it.each([
    ['The platform does not provide an autoscaler.', false],
    ['No cluster autoscaler is part of it.', false],
    ["It doesn't ship a cluster autoscaler by default, but autoscaling is fully supported.", true],
    [
      'It does not bundle a cluster-autoscaler implementation. The upstream one deploys onto it without modification.',
      true,
    ],
  ])('%s', (text, butWorks) => expect(lacksAutoscaler(text)?.butWorks).toBe(butWorks));
  it.each([
    'The autoscaler does not need a restart.',
    'It provides an autoscaler.',
    'No cluster autoscaler restarts were seen.',
    'It does not require the cluster autoscaler to be restarted.',
  ])('%s has one', (text) => expect(lacksAutoscaler(text)).toBeUndefined());
});

describe('saysNotSupported', () => {
  it.each([
    'We do not support it.',
    'This is not yet implemented.',
    'There are no plans for it.',
    '本版本暂不支持该功能。',
    'The platform does not currently offer vGPU.',
  ])('%s', (text) => expect(text).toContain(saysNotSupported(text, 'gpu_sharing') ?? 'nothing said'));
  it.each([
    'The cards have no mode for it.',
    'The maker offers none.',
    'Runs on one card per node without partitions.',
  ])('%s does not', (text) => {
    expect(saysNotSupported(text, 'gpu_sharing')).toBeUndefined();
  });
});

describe('withoutReason', () => {
  it.each([
    'N/A',
    'Not applicable.',
    'not applicable for kOps at this time',
    '不适用',
    'This is not applicable to our platform.',
  ])('%s', (text) => {
    expect(withoutReason(text)).toBe(true);
  });
  it.each([
    'On-premises, fixed nodes.',
    '平台部署在固定数量的裸金属节点上，无法动态增减节点。',
    'The hardware cannot be divided.',
  ])('%s gives one', (text) => expect(withoutReason(text)).toBe(false));
});

it('takes a hostile text in no time', () => {
  const hostile = ['does not '.repeat(3000), '. '.repeat(10_000), `no ${'autoscal '.repeat(2000)}`, 'a'.repeat(20_000)];
  const took = processorMs(() => {
    for (const text of hostile) {
      saysNotApplicable(text, 'cluster_autoscaling', true);
      lacksAutoscaler(text);
      saysNotSupported(text, 'gpu_sharing');
      withoutReason(text);
    }
  }, 1000);
  expect(took).toBeLessThan(1000);
});
