import { afterAll, describe, expect, it } from 'vitest';
import { SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function heard(id: string, notes: string): readonly string[] {
  const lines = checkout.heard({ edit: (d) => Object.assign(entryOf(d, id), { notes }) });
  return lines.map((line) => line.split(' ').slice(0, 3).join(' '));
}

describe('notes about another requirement', () => {
  it.each([
    [
      'cluster_autoscaling',
      'The platform demonstrates gang scheduling by deploying Volcano: all members of a job start or none.',
    ],
    [
      'accelerator_metrics',
      'The platform supports the Gateway API with weights and headers for two versions of a model.',
    ],
    ['gang_scheduling', 'A DCGM exporter on each node reports utilisation and memory of all accelerators there.'],
  ])('%s: %s', (id, notes) => expect(heard(id, notes)).toEqual([`warning notes-about-other-requirement ${id}`]));
  it.each([
    [
      'cluster_autoscaling',
      'Gang scheduling of pending pods made the autoscaler bring four nodes with accelerators at once.',
    ],
    [
      'gang_scheduling',
      'Kueue admits a job as a whole; the Gateway API of the same cluster is not used for it at all.',
    ],
    [
      'robust_controller',
      'We installed it and it worked as documented by the vendor, as shown in the linked document.',
    ],
    ['gang_scheduling', 'DCGM exporter.'],
    [
      'secure_accelerator_access',
      'HPA and Gateway API were running in the cluster while the pod had no device at all.',
    ],
  ])('%s: %s is about itself, or unsure', (id, notes) => expect(heard(id, notes)).toEqual([]));
});

describe('notes about another version', () => {
  it.each([
    'DRA v1 APIs are enabled in 1.34 by default, and four pods share a device.',
    'Four pods shared one device on Kubernetes v1.35.2 with time slicing.',
  ])('%s', (notes) => expect(heard('gpu_sharing', notes)).toEqual(['info notes-about-other-version gpu_sharing']));
  it.each([
    'Sharing is supported for versions 1.34 and above.',
    'Sharing is GA since Kubernetes 1.34.',
    'Sharing is GA in Kubernetes 1.34+ and on by default.',
    'Shown on Kubernetes 1.36.1; on 1.35 it was the same.',
    'Shown on v1.36 with a driver for 1.34.',
    'The device plugin in 1.3 and version 1.34 of the driver.',
    'Launched for 1.33 in May and for 1.34 in October.',
  ])('%s is fine', (notes) => expect(heard('gpu_sharing', notes)).toEqual([]));
});
