import { afterAll, describe, expect, it } from 'vitest';
import { SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function heard(id: string, text: string, status = 'Implemented'): readonly string[] {
  const edit = (d: Parameters<typeof entryOf>[0]): void =>
    void Object.assign(entryOf(d, id), { evidence: ['x.md'], status });
  const lines = checkout.heard({ edit, files: { 'x.md': text } });
  return lines.map((line) => line.split(' ').slice(0, 2).join(' ')).filter((line) => !line.includes('unreferenced'));
}

describe('a gang of one', () => {
  const job = (parallelism: number): string =>
    `spec:\n  parallelism: ${parallelism}\n  completions: 3\n\njob.batch/x created\n`;
  it('shows nothing', () => {
    expect(heard('gang_scheduling', job(1) + job(1))).toEqual(['warning evidence-gang-of-one']);
    expect(heard('gang_scheduling', `${job(1)}replicas: 3\n`)).toEqual(['warning evidence-gang-of-one']);
  });
  it('is not seen where there is a real one, or none at all', () => {
    expect(heard('gang_scheduling', job(1) + job(4))).toEqual([]);
    expect(heard('gang_scheduling', `${job(1)}  minMember: 2\n`)).toEqual([]);
    expect(heard('gang_scheduling', 'pod/x created\n')).toEqual([]);
    expect(heard('pod_autoscaling', job(1))).toEqual([]);
  });
});

describe('a simulated driver', () => {
  const simulated = "ginkgo -focus='must map configs and devices to the right containers'\n1 Passed\n";
  it('shows no isolation', () => {
    expect(heard('secure_accelerator_access', simulated)).toEqual(['warning evidence-test-driver']);
    expect(heard('secure_accelerator_access', `${simulated}GPU 0: X (UUID: GPU-6d5c0ac5-74d7)\n`)).toEqual([
      'info evidence-test-driver',
    ]);
  });
  it('is fine elsewhere', () => {
    expect(heard('driver_runtime_management', simulated)).toEqual([]);
    expect(heard('secure_accelerator_access', 'ls /dev/nvidia0\nNo such file\n')).toEqual([]);
  });
});

describe('evidence without output', () => {
  const steps = '# Steps\n\nkubectl get pods\n\n**Expected output:** four pods.\n';
  it('only says what to expect', () => {
    expect(heard('gpu_sharing', steps)).toEqual(['info evidence-without-output']);
  });
  it('is not one with output, with a picture, or without expectations', () => {
    expect(heard('gpu_sharing', `${steps}\npod-1   1/1   Running   0   3s\n`)).toEqual([]);
    expect(heard('gpu_sharing', `${steps}\n![output](x.png)\n`)).toEqual([]);
    expect(heard('gpu_sharing', '# Steps\n\nkubectl get pods\n')).toEqual([]);
    expect(heard('gpu_sharing', steps, 'Not Implemented')).toEqual([]);
  });
});
