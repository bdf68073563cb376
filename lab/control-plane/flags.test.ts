import { expect, it } from 'vitest';
import { featureGateFlag, parseFeatureGates, parseKubernetesFlags, withFlags } from './flags.ts';

it('reads flags of components, by full or short name, several of one component', () => {
  const texts = [
    'scheduler:--v=4',
    'kube-scheduler:--leader-elect=true',
    'kubelet:--max-pods=10',
    'etcd:--quota-backend-bytes=1',
  ];
  expect(parseKubernetesFlags(texts)).toEqual({
    'kube-scheduler': ['--v=4', '--leader-elect=true'],
    kubelet: ['--max-pods=10'],
    etcd: ['--quota-backend-bytes=1'],
  });
});

it.each(['--v=4', 'scheduler', 'scheduler:v=4', 'dns:--v=4', ''])('refuses %j and names the components', (text) => {
  expect(() => parseKubernetesFlags([text])).toThrow(expect.objectContaining({ code: 'lab-flag' }));
});

it('puts a given flag in the place of the lab’s own of that name and keeps the rest', () => {
  const options = { featureGates: {}, flags: { 'kube-apiserver': ['--authorization-mode=AlwaysAllow', '--v=2'] } };
  expect(withFlags('kube-apiserver', ['--authorization-mode=Node,RBAC', '--secure-port=1'], options)).toEqual([
    '--secure-port=1',
    '--authorization-mode=AlwaysAllow',
    '--v=2',
  ]);
  expect(withFlags('kube-scheduler', ['--a=1'], options)).toEqual(['--a=1']);
});

it('a gate that is given wins over the lab’s own, and takes along what depends on it', () => {
  const featureGates = parseFeatureGates('GenericWorkload=false, Other=true');
  expect(featureGates).toEqual({ GenericWorkload: false, Other: true });
  expect(featureGateFlag({ featureGates, flags: {} })).toBe(
    '--feature-gates=GenericWorkload=false,DRAWorkloadResourceClaims=false,Other=true',
  );
});

it.each(['A', 'A=yes', '=true', 'A=true;B=true'])('refuses the gate %j', (text) => {
  expect(() => parseFeatureGates(text)).toThrow(expect.objectContaining({ code: 'lab-feature-gates' }));
});
