import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { discoveryOf } from './discovery.ts';
import type { ClusterObjects } from './objects/cluster-objects.ts';
import { inventorySchemas } from './published-schemas.ts';
import { TABLES } from './tables.ts';
import { inventoryOf } from './take-inventory.ts';

const objects: ClusterObjects = {
  source: 'a test',
  kubernetes: { gitVersion: '', major: 0, minor: 0 },
  served: ['v1/Node', 'ray.io/v1/RayCluster', 'unheard.example/v1/Thing'],
  staleGroups: [],
  objects: [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'a' },
      status: {
        allocatable: { 'amd.com/gpu': '8', 'unheard.example/thing': '2' },
        conditions: [{ type: 'Ready', status: 'True' }],
        nodeInfo: { operatingSystem: 'linux', kubeletVersion: 'v1.36.1' },
      },
    },
  ],
  notRead: [],
  problems: [],
};

describe('what discover prints as JSON', () => {
  it.each([...inventorySchemas()])('has a schema that is up to date: %s (npm run schemas)', (file, text) => {
    expect(readFileSync(join(import.meta.dirname, '../../docs/schemas', file), 'utf8')).toBe(text);
  });

  it('obeys the schema, and names what no table knows', () => {
    const found = discoveryOf(inventoryOf(objects, TABLES));
    const schema = JSON.parse([...inventorySchemas().values()][0] ?? '') as object;
    const valid = new Ajv2020({ strict: false }).compile(schema);
    expect([valid(JSON.parse(JSON.stringify(found))), valid.errors]).toEqual([true, null]);
    expect(found).toMatchObject({
      kubernetes: 'v1.36.1',
      nodes: [{ name: 'a', candidate: true, why: null }],
      offers: [
        { name: 'amd.com/gpu', unit: 'device', atOnce: 8, physical: 8 },
        { name: 'unheard.example/thing', unit: 'unknown', atOnce: 2, vendor: null },
      ],
      measured: [{ node: 'a', devices: 8 }],
    });
    const named = found.operators.map(({ name }) => name);
    expect(named).toContain('KubeRay');
    expect(named).toContain('API group unheard.example');
  });
});

describe('RuntimeClasses', () => {
  it('are read with the labels of the nodes to which their pods go', () => {
    const runtimeClass = (name: string, more: object) => ({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name },
      handler: name,
      ...more,
    });
    const scheduling = { nodeSelector: { pool: 'gpu' } };
    const found = [
      runtimeClass('anywhere', {}),
      runtimeClass('gpu', { scheduling }),
      runtimeClass('odd', { scheduling: null }),
    ];
    expect(inventoryOf({ ...objects, objects: found }, TABLES).runtimeClasses).toEqual([
      { name: 'anywhere', handler: 'anywhere' },
      { name: 'gpu', handler: 'gpu', nodeSelector: { pool: 'gpu' } },
      { name: 'odd', handler: 'odd' },
    ]);
  });
});
