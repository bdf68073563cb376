import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { TABLES } from './tables.ts';
import { gatewayClass } from './take-inventory.ts';

function classOf(controllerName: string, condition?: { status: string; observedGeneration?: number }): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'x', generation: 2 },
    spec: { controllerName },
    status: { conditions: condition === undefined ? [] : [{ type: 'Accepted', message: 'said', ...condition }] },
  };
}

describe('gatewayClass', () => {
  it('names the implementation and what it is for', () => {
    expect(gatewayClass(classOf('traefik.io/gateway-controller'), TABLES)).toMatchObject({
      title: 'Traefik',
      serves: 'ingress',
    });
    expect(gatewayClass(classOf('istio.io/mesh-controller'), TABLES)).toMatchObject({ serves: 'mesh' });
    expect(gatewayClass(classOf('projectcontour.io/projectcontour/contour'), TABLES)).toMatchObject({
      title: 'Contour',
    });
  });

  it('takes an unknown controller to serve clients', () => {
    expect(gatewayClass(classOf('new.example/x'), TABLES)).toMatchObject({ title: 'new.example/x', serves: 'ingress' });
  });

  it('is accepted only for its present generation', () => {
    expect(gatewayClass(classOf('x', { status: 'True', observedGeneration: 2 }), TABLES).accepted).toBe(true);
    expect(gatewayClass(classOf('x', { status: 'True', observedGeneration: 1 }), TABLES).accepted).toBe(false);
    expect(gatewayClass(classOf('x', { status: 'False' }), TABLES).accepted).toBe(false);
    expect(gatewayClass(classOf('x'), TABLES)).toMatchObject({
      accepted: false,
      message: 'no controller has answered for it',
    });
  });
});
