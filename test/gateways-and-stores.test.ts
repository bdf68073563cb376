import { describe, expect, it } from 'vitest';
import { discovered } from './own-objects.ts';

describe('gateways and stores, by their names', () => {
  const gatewayClass = (controllerName: string) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'g' },
    spec: { controllerName },
  });

  it.each([
    ['gateway.envoyproxy.io/team-a', 'ingress'],
    ['gateways.kuma.io/controller', 'ingress'],
    ['k8s-gateway.nginx.org/nginx-gateway/gateway', 'ingress'],
    ['istio.io/eastwest-controller', 'mesh'],
    ['acme.example/gateway', 'other'],
  ])('%s is for %s', (controller, use) => {
    expect(discovered(gatewayClass(controller)).gateways).toMatchObject([{ use }]);
  });

  it('a port that speaks gRPC alone is not asked', () => {
    const labels = { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/component': 'query' };
    const service = (...ports: object[]) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 't', namespace: 'm', labels },
      spec: { ports },
    });
    const grpc = { name: 'grpc', port: 10_901 };
    expect(discovered(service(grpc)).stores).toMatchObject([{ id: 'm/t', readable: false }]);
    expect(discovered(service(grpc, { name: 'http', port: 9090 })).stores).toMatchObject([
      { id: 'm/t', readable: true },
    ]);
  });
});
