import { describe, expect, it } from 'vitest';
import { statusError } from '../../src/kube/error/status-error.ts';
import { webhookNotCalled } from './apply-all.ts';

const said = (status: number, message: string): unknown =>
  statusError({
    method: 'PATCH',
    path: '/apis/trainer.kubeflow.org/v1alpha1/clustertrainingruntimes/torch-distributed',
    status,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: status },
    text: '',
    retryAfterSeconds: undefined,
    credential: 'a client certificate',
  });

describe('webhookNotCalled', () => {
  it('is a webhook without an endpoint, or a conversion that cannot be asked for', () => {
    const unheard =
      'Internal error occurred: failed calling webhook "validator.trainer.kubeflow.org": failed to call webhook: Post "https://trainer.kubeflow-system.svc:443/validate": no endpoints available for service "trainer"';
    const unconverted =
      'conversion webhook for kueue.x-k8s.io/v1beta1, Kind=ClusterQueue failed: Post "https://kueue.kueue-system.svc:443/convert": dial tcp 10.96.0.9:443: connect: connection refused';
    expect([unheard, unconverted].map((message) => webhookNotCalled(said(500, message)))).toEqual([true, true]);
  });

  it('is neither a webhook that refuses nor an error of the API server itself', () => {
    const refusal = 'admission webhook "validator.trainer.kubeflow.org" denied the request: spec.template is required';
    expect(webhookNotCalled(said(403, refusal))).toBe(false);
    expect(webhookNotCalled(said(400, refusal))).toBe(false);
    expect(webhookNotCalled(said(500, 'etcdserver: leader changed'))).toBe(false);
  });
});
