import { expect, it } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { whyNamespaceStays } from './why-namespace-stays.ts';

/** As kube-controller-manager 1.37.2 wrote it; the second as client-go words an API that answers 503. */
const STALE =
  'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: dead.example/v1: stale GroupVersion discovery: dead.example/v1';
const UNABLE =
  'Discovery failed for some groups, 2 failing: unable to retrieve the complete list of server APIs: custom.metrics.k8s.io/v1beta2: the server is currently unable to handle the request, metrics.k8s.io/v1beta1: the server is currently unable to handle the request';

const namespace = (conditions: Record<string, string>, off: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'plimsoll-x' },
  status: {
    conditions: [
      ...Object.entries(conditions).map(([type, message]) => ({ type, status: 'True', message })),
      ...Object.entries(off).map(([type, message]) => ({ type, status: 'False', message })),
    ],
  },
});

it('names the aggregated APIs that do not answer, and their APIServices', () => {
  expect(whyNamespaceStays(namespace({ NamespaceDeletionDiscoveryFailure: STALE }))).toEqual({
    why: `the aggregated API dead.example/v1 does not answer, so nobody can tell whether the namespace is empty (NamespaceDeletionDiscoveryFailure: ${STALE})`,
    remedy:
      'No namespace of this cluster can go until it answers: see kubectl get apiservice v1.dead.example and the service behind it. Bring that back, or, if nobody needs this API any more, kubectl delete apiservice v1.dead.example.',
  });
  expect(whyNamespaceStays(namespace({ NamespaceDeletionDiscoveryFailure: UNABLE }))?.remedy).toContain(
    'kubectl get apiservice v1beta2.custom.metrics.k8s.io v1beta1.metrics.k8s.io and',
  );
});

it('tells the cause before what follows from it, and nothing that is over', () => {
  const held = namespace(
    {
      NamespaceContentRemaining: 'Some resources are remaining: configmaps. has 1 resource instances',
      NamespaceFinalizersRemaining:
        'Some content in the namespace has finalizers remaining: plimsoll.test/hold in 1 resource instances',
    },
    { NamespaceDeletionDiscoveryFailure: 'All resources successfully discovered' },
  );
  expect(whyNamespaceStays(held)?.why).toBe(
    'Some content in the namespace has finalizers remaining: plimsoll.test/hold in 1 resource instances; Some resources are remaining: configmaps. has 1 resource instances',
  );
  const both = namespace({ NamespaceContentRemaining: 'Some remain', NamespaceDeletionDiscoveryFailure: STALE });
  expect(whyNamespaceStays(both)?.why).toMatch(/^the aggregated API dead\.example\/v1 .*; Some remain$/);
});

it('does not guess at a message that it does not know', () => {
  expect(whyNamespaceStays(namespace({ NamespaceDeletionDiscoveryFailure: 'it was dark' }))?.why).toBe(
    'NamespaceDeletionDiscoveryFailure: it was dark',
  );
  expect(whyNamespaceStays(namespace({}))).toBeUndefined();
});
