import { describe, expect, it } from 'vitest';
import { permissionOf, showPermission } from './permission-of.ts';

const show = (method: string, path: string): string => showPermission(permissionOf(method, path));

describe('permissionOf', () => {
  it('reads requests as the API server does', () => {
    const cases: [string, string, string][] = [
      ['GET', '/api/v1/pods', 'list pods at cluster scope'],
      ['GET', '/api/v1/pods?watch=true', 'watch pods at cluster scope'],
      ['GET', '/api/v1/pods?watch=0', 'list pods at cluster scope'],
      ['GET', '/api/v1/namespaces/ns/pods/web', 'get pods "web" in namespace ns'],
      ['GET', '/api/v1/namespaces/ns/pods/web/log?follow=true', 'get pods/log "web" in namespace ns'],
      ['POST', '/api/v1/namespaces/ns/pods', 'create pods in namespace ns'],
      ['PUT', '/apis/apps/v1/namespaces/ns/deployments/d', 'update deployments "d" in API group apps in namespace ns'],
      [
        'PATCH',
        '/apis/apps/v1/namespaces/ns/deployments/d/scale',
        'patch deployments/scale "d" in API group apps in namespace ns',
      ],
      ['DELETE', '/api/v1/namespaces/ns/pods/web', 'delete pods "web" in namespace ns'],
      ['DELETE', '/api/v1/namespaces/ns/pods?labelSelector=a', 'deletecollection pods in namespace ns'],
      ['GET', '/api/v1/namespaces/ns', 'get namespaces "ns" in namespace ns'],
      ['PATCH', '/api/v1/namespaces/ns/status', 'patch namespaces/status "ns" in namespace ns'],
      ['GET', '/api/v1/namespaces', 'list namespaces at cluster scope'],
      ['GET', '/api/v1/nodes/n/proxy/stats', 'get nodes/proxy "n" at cluster scope'],
      ['GET', '/api/v1/namespaces/ns/services/http:web:80/proxy/', 'get services/proxy "http:web:80" in namespace ns'],
      ['GET', '/metrics', 'get /metrics'],
      ['GET', '/apis/apps/v1', 'get /apis/apps/v1'],
      ['POST', '/version', 'post /version'],
    ];
    expect(cases.map(([method, path]) => show(method, path))).toEqual(cases.map(([, , expected]) => expected));
  });
});
