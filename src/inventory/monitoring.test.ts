import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { labelsThatFit } from './label-selector.ts';
import { findCollectors } from './monitoring.ts';
import { MONITORING } from './monitoring-tables.ts';

const served = {
  preferred: (group: string, kind: string) =>
    ({ apiVersion: `${group}/v1`, kind, group, version: 'v1', plural: `${kind.toLowerCase()}s` }) as never,
};
const nothing = { preferred: () => undefined };

function prometheus(spec: Record<string, unknown>, name = 'k8s', namespace = 'monitoring'): KubeObject {
  return { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name, namespace }, spec };
}

function service(name: string, namespace: string, ports: readonly object[]): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports } };
}

function rowOf(id: string): (typeof MONITORING.stores)[number] {
  const row = MONITORING.stores.find((one) => one.id === id);
  if (row === undefined) throw new Error(id);
  return row;
}

const ALL = { podMonitorSelector: {}, podMonitorNamespaceSelector: {} };

describe('collectors', () => {
  it('finds a Prometheus with what its monitors need, and asks it by its Service', () => {
    const spec = {
      scrapeInterval: '1s',
      podMonitorSelector: { matchLabels: { release: 'stack' } },
      podMonitorNamespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['ml', 'web'] }] },
    };
    const [found, ...more] = findCollectors(served, { instances: [prometheus(spec)], services: [] }).filter(
      (one) => one.ref !== undefined,
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({ id: 'prometheus-operator.monitoring.k8s', interval: '1s' });
    expect(found?.ways).toEqual([
      {
        monitor: 'monitoring.coreos.com/v1/PodMonitor',
        shape: 'PodMonitor',
        labels: { release: 'stack' },
        namespaceLabels: { team: 'ml' },
      },
    ]);
    expect(found?.stores[0]?.parts).toEqual([
      { namespace: 'monitoring', service: 'prometheus-operated', port: 'web', scheme: 'http', path: '' },
    ]);
  });

  it('puts monitors where the Prometheus looks: its own namespace without a selector, another one by its name', () => {
    const way = (spec: Record<string, unknown>): unknown =>
      findCollectors(served, { instances: [prometheus(spec)], services: [] })[0]?.ways[0];
    expect(way({ podMonitorSelector: {} })).toMatchObject({ placedIn: 'monitoring', namespaceLabels: {} });
    const byName = { matchLabels: { 'kubernetes.io/metadata.name': 'ml' } };
    expect(way({ podMonitorSelector: {}, podMonitorNamespaceSelector: byName })).toMatchObject({ placedIn: 'ml' });
    expect(way({ podMonitorSelector: {}, ignoreNamespaceSelectors: true })).toBeUndefined();
    expect(way({ podMonitorNamespaceSelector: {} })).toBeUndefined();
  });

  it('asks pods, not the common Service, where the Service may mean another Prometheus or another shard', () => {
    const parts = (instances: KubeObject[]): unknown =>
      findCollectors(served, { instances, services: [] }).find((one) => one.ref?.name === 'k8s')?.stores[0]?.parts;
    const pod = { namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9090, scheme: 'http', path: '' };
    expect(parts([prometheus(ALL), prometheus(ALL, 'other')])).toEqual([pod]);
    expect(parts([prometheus({ ...ALL, replicas: 2 })])).toEqual([pod]);
    expect(parts([prometheus({ ...ALL, shards: 2, routePrefix: '/p/', web: { tlsConfig: {} } })])).toEqual([
      { ...pod, scheme: 'https', path: '/p' },
      { ...pod, pod: 'prometheus-k8s-shard-1-0', scheme: 'https', path: '/p' },
    ]);
  });

  it('finds VictoriaMetrics: an agent with defaults, and the store beside it', () => {
    const agent: KubeObject = {
      apiVersion: 'operator.victoriametrics.com/v1beta1',
      kind: 'VMAgent',
      metadata: { name: 'a', namespace: 'vm' },
      spec: { selectAllByDefault: true },
    };
    const services = [
      { row: rowOf('vmselect'), objects: [service('vmselect-c', 'vm', [{ name: 'http', port: 8481 }])] },
    ];
    const found = findCollectors(served, { instances: [agent], services }).find(
      (one) => one.solution === 'victoria-metrics',
    );
    expect(found?.ways.map((way) => way.monitor)).toEqual([
      'operator.victoriametrics.com/v1/VMPodScrape',
      'operator.victoriametrics.com/v1/VMServiceScrape',
    ]);
    expect(found?.stores[0]?.parts[0]).toMatchObject({
      service: 'vmselect-c',
      port: 8481,
      path: '/select/0/prometheus',
    });
  });

  it('takes annotations for a Prometheus without an operator only', () => {
    const services = [
      { row: rowOf('prometheus'), objects: [service('prometheus-server', 'prom', [{ name: 'http', port: 80 }])] },
    ];
    expect(findCollectors(nothing, { instances: [], services })).toMatchObject([
      { id: 'annotations.prom.prometheus-server', ways: [{ shape: 'annotations' }] },
    ]);
    const beside = prometheus(ALL, 'k8s', 'prom');
    const found = findCollectors(nothing, { instances: [beside], services });
    expect(found.map((one) => one.solution)).toEqual(['prometheus-operator']);
  });

  it('finds nothing where there is nothing', () => {
    expect(findCollectors(nothing, { instances: [], services: [] })).toEqual([]);
  });
});

describe('labelsThatFit', () => {
  it('gives what is asked for, and nothing for a key that must not be there', () => {
    const matchExpressions = [
      { key: 'a', operator: 'Exists' },
      { key: 'b', operator: 'DoesNotExist' },
      { key: 'c', operator: 'NotIn', values: ['x'] },
    ];
    expect(labelsThatFit({ matchLabels: { d: '1' }, matchExpressions })).toEqual({ a: 'true', d: '1' });
    expect(labelsThatFit({})).toEqual({});
    expect(labelsThatFit(undefined)).toBeUndefined();
    expect(labelsThatFit({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toBeUndefined();
  });
});
