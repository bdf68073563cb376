import { describe, expect, it } from 'vitest';
import { linesOf, logRequest } from './logs.ts';
import { groupOf, kindName, kindRef, refOf, showRef } from './object.ts';
import { proxyAnswer, proxyPath } from './proxy.ts';
import { applyRequest, deleteRequest } from './write.ts';

describe('proxy', () => {
  it('names pod or service with scheme and port', () => {
    const at = { namespace: 'ns', port: 8080 };
    expect(proxyPath({ ...at, pod: 'web' })).toBe('/api/v1/namespaces/ns/pods/http:web:8080/proxy/');
    expect(proxyPath({ ...at, service: 'prom', port: 'web', path: '/api/v1/query?query=up' })).toBe(
      '/api/v1/namespaces/ns/services/http:prom:web/proxy/api/v1/query?query=up',
    );
    expect(proxyPath({ ...at, service: 's', scheme: 'https', path: 'x' })).toBe(
      '/api/v1/namespaces/ns/services/https:s:8080/proxy/x',
    );
    expect(() => proxyPath(at)).toThrow('names a pod or a service');
    expect(() => proxyPath({ ...at, pod: 'a', service: 'b' })).toThrow('names a pod or a service');
  });

  it('hands the program’s answer out whatever its status, and throws the API server’s', () => {
    const answer = (status: number, body: string, type: string) => ({
      status,
      headers: { 'content-type': type },
      bytes: Buffer.from(body),
      path: '/',
      ms: 1,
    });
    const own = proxyAnswer({ path: '/' }, answer(503, '{"error":"not ready"}', 'application/json'));
    expect(own).toMatchObject({ status: 503, text: '{"error":"not ready"}' });
    const status = JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      reason: 'NotFound',
      details: { name: 'web', kind: 'pods' },
      message: 'pods "web" not found',
    });
    expect(() => proxyAnswer({ path: '/' }, answer(404, status, 'application/json'))).toThrow('pods "web" not found');
  });
});

describe('logs', () => {
  it('asks with the options that were given', () => {
    expect(logRequest({ namespace: 'ns', name: 'p' }, { container: 'c', tailLines: 5, previous: false }, true)).toEqual(
      {
        path: '/api/v1/namespaces/ns/pods/p/log',
        query: {
          container: 'c',
          follow: true,
          previous: undefined,
          tailLines: 5,
          sinceSeconds: undefined,
          limitBytes: undefined,
          timestamps: undefined,
        },
      },
    );
  });

  it('gives lines, the last one without its end too', async () => {
    async function* chunks(): AsyncGenerator<Buffer> {
      for (const text of ['one\ntw', 'o\n', '\nlast']) yield Buffer.from(text);
    }
    const lines: string[] = [];
    for await (const line of linesOf(chunks())) lines.push(line);
    expect(lines).toEqual(['one', 'two', '', 'last']);
  });
});

describe('objects and writes', () => {
  it('names kinds and objects', () => {
    expect(kindRef('v1/Pod')).toEqual({ apiVersion: 'v1', kind: 'Pod' });
    expect(kindRef('kueue.x-k8s.io/v1beta2/Workload')).toEqual({
      apiVersion: 'kueue.x-k8s.io/v1beta2',
      kind: 'Workload',
    });
    expect(kindName({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBe('apps/v1/Deployment');
    expect([groupOf('v1'), groupOf('apps/v1')]).toEqual(['', 'apps']);
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'u' } };
    expect(refOf(node)).toEqual({ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' });
    expect(showRef({ ...refOf(node), namespace: 'ns' })).toBe('Node ns/n');
    expect(showRef(refOf(node))).toBe('Node n');
  });

  it('applies without managed fields, and deletes with preconditions only when asked', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'a', managedFields: [{}] },
      extra: { kept: [null] },
    };
    const apply = applyRequest(object, { manager: 'me', force: true, dryRun: true });
    expect(JSON.parse(apply.body as string)).toEqual({
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'a' },
      extra: { kept: [null] },
    });
    expect(apply).toMatchObject({
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'me', force: true, dryRun: 'All' },
    });
    expect(deleteRequest({}).body).not.toHaveProperty('preconditions');
    expect(deleteRequest({ uid: 'u', propagation: 'Orphan', gracePeriodSeconds: 0 }).body).toMatchObject({
      preconditions: { uid: 'u' },
      propagationPolicy: 'Orphan',
      gracePeriodSeconds: 0,
    });
  });
});
