import { describe, expect, it } from 'vitest';
import { pod, unschedulableStatus } from '../testing/pod.ts';
import { podCause } from './pod-cause.ts';
import { refusalCause } from './refusal-cause.ts';

const waiting = (reason: string, message = reason) => ({
  containerStatuses: [{ name: 'c', image: 'i', state: { waiting: { reason, message } } }],
});
const code = (status: Record<string, unknown>): string | undefined => podCause(pod('a', { status }))?.code;

describe('what keeps a pod from running', () => {
  // The words are those of kube-scheduler and the kubelet, 1.33-1.37.
  it.each([
    [
      'Insufficient',
      unschedulableStatus(
        '0/3 nodes are available: 1 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint {a: b}. preemption: x',
      ),
      'insufficient',
    ],
    ['too many pods', unschedulableStatus('0/1 nodes are available: 1 Too many pods.'), 'insufficient'],
    [
      'taint',
      unschedulableStatus(
        "0/2 nodes are available: 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) didn't match",
      ),
      'taint',
    ],
    ['new taint words', unschedulableStatus('0/1 nodes are available: 1 node(s) had untolerated taint(s).'), 'taint'],
    ['cordon', unschedulableStatus('0/1 nodes are available: 1 node(s) were unschedulable.'), 'cordoned'],
    ['image pull', waiting('ImagePullBackOff', 'Back-off pulling image "x"'), 'image-pull'],
    ['first failed pull', waiting('ErrImagePull'), 'image-pull'],
    ['init image', { initContainerStatuses: waiting('ErrImageNeverPull').containerStatuses }, 'image-pull'],
    [
      'config',
      waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'),
      'container-config',
    ],
    ['eviction', { reason: 'Evicted', message: 'The node was low on resource: memory.' }, 'evicted'],
    ['lost node', { reason: 'NodeLost' }, 'node-lost'],
  ])('%s', (_name, status, expected) => {
    expect(code(status)).toBe(expected);
  });

  it.each([
    ['a pod that only waits', {}],
    ['a container that starts', waiting('ContainerCreating')],
    // A denial by a device runtime is an answer of the platform, not of the environment.
    [
      'a container that the runtime refuses',
      waiting('CreateContainerError', 'insufficient privileges to read device list'),
    ],
    ['a claim that cannot be allocated', unschedulableStatus('0/1 nodes are available: 1 cannot allocate all claims.')],
    ['a gang that waits', unschedulableStatus('waiting for minCount pods of the gang')],
  ])('not: %s', (_name, status) => {
    expect(code(status)).toBeUndefined();
  });

  it('names what is missing', () => {
    const cause = podCause(
      pod('a', {
        status: unschedulableStatus('0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: 0/1'),
      }),
    );
    expect(cause?.message).toMatch(/^pod a does not fit: not enough nvidia.com\/gpu \(scheduler: /);
  });
});

describe('what a refusal means', () => {
  it.each([
    ['pods "x" is forbidden: exceeded quota: team, requested: pods=1', 'quota'],
    ['maximum cpu usage per Container is 100m, but limit is 1', 'limit-range'],
    [
      "jobs.batch \"x\" is forbidden: ValidatingAdmissionPolicy 'labels' with binding 'all' denied request: no",
      'policy',
    ],
    ["policy 'defaults' with binding 'all' denied request: no", 'policy'],
    [
      'pods "x" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]',
      'security-context-constraint',
    ],
    [
      'admission webhook "warden.example.com" denied the request: exceeded quota: a, violates PodSecurity "b"',
      'webhook',
    ],
    [
      'pods "x" is forbidden: error looking up service account a/default: serviceaccount "default" not found',
      'admission',
    ],
    ['pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged', 'pod-security'],
    ['admission webhook "a.b" denied the request: no', 'webhook'],
    ['Internal error occurred: failed calling webhook "a.b": connection refused', 'webhook'],
    ['jobs.batch is forbidden: User "x" cannot create resource "jobs" in API group "batch"', 'forbidden'],
    ['spec: Invalid value: immutable', undefined],
    ['admin access to devices requires the namespace to be labelled', undefined],
  ])('%s', (words, expected) => {
    expect(refusalCause(words, 'it')?.code).toBe(expected);
  });
});
