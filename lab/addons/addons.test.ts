import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../src/kube/object.ts';
import { componentNames } from '../build/components.ts';
import { allAddons, chooseAddons } from './addons.ts';
import { servedKinds } from './crds-established.ts';
import { configure, keepWebhooks } from './kueue/kueue.ts';
import { parseObjects } from './module-objects.ts';
import { podTrouble } from './pod-troubles.ts';
import { conditionMissing, deploymentReady } from './readiness.ts';
import { stripDescriptions } from './strip-descriptions.ts';
import { labArguments } from './traefik/traefik.ts';

const object = (fields: object): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, ...fields });

describe('chooseAddons', () => {
  it('adds what is needed, first, and each once', () => {
    const names = chooseAddons(['prometheus-adapter', 'prometheus', 'kueue', 'kueue']).map(({ name }) => name);
    expect(names).toEqual(['prometheus', 'prometheus-adapter', 'kueue']);
  });

  it('refuses what is not there, naming what is', () => {
    expect(() => chooseAddons(['istio'])).toThrow('there is no add-on named "istio"');
  });

  it('lists add-ons whose components there are', () => {
    for (const { components } of allAddons()) for (const name of components) expect(componentNames()).toContain(name);
  });
});

describe('stripDescriptions', () => {
  it('drops texts, and keeps properties and values of that name', () => {
    const schema = {
      description: 'text',
      properties: {
        description: { type: 'string', description: 'text' },
        list: { items: { description: 'text', type: 'string' } },
      },
      default: { description: 'value' },
    };
    const crd = object({
      kind: 'CustomResourceDefinition',
      spec: { versions: [{ schema: { openAPIV3Schema: schema } }] },
    });
    const [version] = (stripDescriptions(crd)['spec'] as { versions: { schema: { openAPIV3Schema: object } }[] })
      .versions;
    expect(version?.schema.openAPIV3Schema).toEqual({
      properties: { description: { type: 'string' }, list: { items: { type: 'string' } } },
      default: { description: 'value' },
    });
  });
});

describe('parseObjects', () => {
  it('takes lists apart, skips empty documents, and reads a bare "=" as text', () => {
    const text =
      '# only a comment\n---\nkind: List\nitems: [{kind: A}, {kind: B}]\n---\nkind: C\nenum: [=, "!="]\n---\n';
    expect(parseObjects(text, 'here')).toEqual([{ kind: 'A' }, { kind: 'B' }, { kind: 'C', enum: ['=', '!='] }]);
  });

  it('says which module is not readable', () => {
    expect(() => parseObjects('a: [', 'x@v1')).toThrow(/manifest of x@v1 is not readable/);
  });
});

describe('readiness', () => {
  const ready = deploymentReady('ns', 'x');
  const deployment = (status: object): KubeObject =>
    object({ metadata: { name: 'x', generation: 2 }, spec: { replicas: 1 }, status });

  it('wants the newest generation, updated, ready and available', () => {
    const good = { observedGeneration: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    expect(ready.missing(deployment(good))).toBeUndefined();
    expect(ready.missing(deployment({ ...good, observedGeneration: 1 }))).toBe('its controller has not seen it yet');
    expect(ready.missing(deployment({ ...good, updatedReplicas: 0 }))).toBe('0 of 1 replicas available');
    const conditions = [{ type: 'Progressing', status: 'False', message: 'quota exceeded' }];
    expect(ready.missing(deployment({ ...good, availableReplicas: 0, conditions }))).toBe(
      '0 of 1 replicas available: quota exceeded',
    );
  });

  it('does not take a condition of an older generation for one of this', () => {
    const at = (observedGeneration: number, status: string): KubeObject =>
      object({
        metadata: { name: 'x', generation: 3 },
        status: { conditions: [{ type: 'Accepted', status, observedGeneration, reason: 'R', message: 'm' }] },
      });
    expect(conditionMissing(at(3, 'True'), 'Accepted')).toBeUndefined();
    expect(conditionMissing(at(2, 'True'), 'Accepted')).toMatch(/older generation/);
    expect(conditionMissing(at(3, 'False'), 'Accepted')).toBe('Accepted=False (R: m)');
    expect(conditionMissing(at(3, 'True'), 'Programmed')).toBe('no condition Programmed yet');
  });
});

describe('servedKinds', () => {
  it('has one for each version that is served', () => {
    const versions = [
      { name: 'v1', served: true },
      { name: 'v1beta1', served: false },
      { name: 'v2', served: true },
    ];
    const crd = object({ spec: { group: 'x.io', names: { kind: 'Thing' }, versions } });
    expect(servedKinds(crd)).toEqual([
      { apiVersion: 'x.io/v1', kind: 'Thing' },
      { apiVersion: 'x.io/v2', kind: 'Thing' },
    ]);
  });
});

describe('podTrouble', () => {
  it('is silent about ready and finished pods', () => {
    expect(
      podTrouble(object({ status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })),
    ).toBeUndefined();
    expect(podTrouble(object({ status: { phase: 'Succeeded' } }))).toBeUndefined();
  });

  it('says why a pod cannot start', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'not found' };
    expect(
      podTrouble(object({ status: { phase: 'Pending', containerStatuses: [{ name: 'c', state: { waiting } }] } })),
    ).toBe('pod x Pending: c ImagePullBackOff: not found');
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }];
    expect(podTrouble(object({ status: { phase: 'Pending', conditions } }))).toBe(
      'pod x Pending: not scheduled: 0/3 nodes are available',
    );
  });
});

describe('kueue', () => {
  it('keeps only the webhooks of what it queues', () => {
    const names = [
      'mpod.kb.io',
      'mjob.kb.io',
      'mmpijob.kb.io',
      'vdeployment.kb.io',
      'vclusterqueue.kb.io',
      'vtrainjob.kb.io',
    ];
    const webhooks = object({ kind: 'MutatingWebhookConfiguration', webhooks: names.map((name) => ({ name })) });
    keepWebhooks(webhooks);
    expect((webhooks['webhooks'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'mjob.kb.io',
      'vclusterqueue.kb.io',
      'vtrainjob.kb.io',
    ]);
  });

  it('gives room back when a gang does not start, and elects no leader', () => {
    const map = object({
      data: { 'controller_manager_config.yaml': stringify({ health: { healthProbeBindAddress: ':8081' } }) },
    });
    configure(map);
    const config = parse((map['data'] as Record<string, string>)['controller_manager_config.yaml'] ?? '');
    expect(config).toMatchObject({
      health: { healthProbeBindAddress: ':8081' },
      leaderElection: { leaderElect: false },
      waitForPodsReady: { timeout: '30s' },
    });
  });
});

describe('traefik', () => {
  it('serves the standard channel at a fixed address, and forgets routes at once', () => {
    const args = labArguments([
      '--entrypoints.web.address=:80',
      '--log.level=DEBUG',
      '--providers.kubernetesgateway.experimentalChannel',
      '--providers.kubernetesgateway.statusaddress.service.name=traefik',
    ]);
    expect(args[0]).toBe('--entrypoints.web.address=:80');
    expect(args.filter((arg) => /experimental|service\.name|DEBUG/.test(arg))).toEqual([]);
    expect(args).toContain('--providers.kubernetesgateway.statusaddress.ip=198.19.0.80');
  });
});
