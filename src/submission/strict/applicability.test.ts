import { afterAll, expect, it } from 'vitest';
import { SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const na = { status: 'N/A', evidence: [] };
const file = { evidence: ['scaling.md'] };
const spoilt: readonly [id: string, changes: Record<string, unknown>, heard: string | undefined][] = [
  [
    'cluster_autoscaling',
    { notes: 'The cluster autoscaler is not applicable: the nodes are fixed.' },
    'warning implemented-but-not-applicable',
  ],
  ['cluster_autoscaling', { notes: 'N/A is accepted for on-prem clusters.' }, 'warning implemented-but-not-applicable'],
  [
    'cluster_autoscaling',
    { notes: 'The platform does not provide an autoscaler.' },
    'warning implemented-without-autoscaler',
  ],
  [
    'cluster_autoscaling',
    { notes: 'It does not bundle a cluster-autoscaler. The upstream one integrates without modification.' },
    'info implemented-without-autoscaler',
  ],
  ['cluster_autoscaling', { notes: 'The autoscaler scaled up, although taints do not apply to it.' }, undefined],
  [
    'gang_scheduling',
    { notes: 'This requirement does not apply to schedulers of one node.' },
    'warning implemented-but-not-applicable',
  ],
  ['gang_scheduling', { notes: 'The gang waits as a whole; a timeout is not applicable to it.' }, undefined],
  [
    'gpu_sharing',
    { notes: 'Time slicing, since MIG is not supported on this card (it is the applicable mechanism).' },
    undefined,
  ],
  ['gpu_sharing', { notes: 'Not applicable for Meerstern at this time.', ...na }, 'warning na-without-reason'],
  ['gpu_sharing', { notes: 'N/A', ...na }, 'warning na-without-reason'],
  ['gpu_sharing', { notes: 'We do not support sharing of devices yet.', ...na }, 'warning na-not-supported'],
  [
    'gpu_sharing',
    { notes: 'The accelerators of the platform have no mode in which they can be divided.', ...na },
    undefined,
  ],
  [
    'cluster_autoscaling',
    { notes: 'The platform runs on premises and does not provide any cluster autoscaler.', ...na },
    undefined,
  ],
  ['pod_autoscaling', { notes: 'The platform does not support the HorizontalPodAutoscaler.', ...na }, undefined],
  [
    'virtualized_accelerator',
    { notes: 'Bare metal without a hypervisor, so virtual devices are not applicable.', ...na },
    undefined,
  ],
];

it.each(spoilt)('%s %o', (id, changes, heard) => {
  const lines = checkout.heard({ edit: (d) => Object.assign(entryOf(d, id), changes) });
  expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(
    heard === undefined ? [] : [`${heard} ${id}`],
  );
});

it('reads the file that is the evidence, too', () => {
  const says = (text: string): readonly string[] =>
    checkout.heard({
      edit: (d) => Object.assign(entryOf(d, 'cluster_autoscaling'), file),
      files: { 'scaling.md': text },
    });
  expect(says('# Nodes\n\nThe cluster autoscaler is not applicable here, as the nodes are fixed.\n')).toEqual([
    'warning implemented-but-not-applicable cluster_autoscaling | "scaling.md"',
  ]);
  expect(
    says('# Nodes\n\nThe autoscaler brought two nodes.\n\n## Limits\n\nQuotas are not applicable here.\n'),
  ).toEqual([]);
});
