import { type KubeObject, list, read, text } from '../../case-kit/index.ts';
import type { OperatorParams } from './operator.ts';

/** A webhook of the operator's own for its resource. Plain JSON: it is written into a mark. */
export interface OwnWebhook {
  readonly name: string;
  readonly configuration: string;
  readonly type: 'validating' | 'mutating';
  readonly failurePolicy: string;
  readonly operations: readonly string[];
  /** `namespace/name`; empty for a URL. */
  readonly service: string;
}

/**
 * The operator's own webhooks for its resource: those that name its group (not `*`, as policy engines do) and are served from a
 * namespace of its controllers (others, such as Kueue, name that group too and even use the same webhook names).
 */
export function ownWebhooks(
  configurations: readonly KubeObject[],
  params: Pick<OperatorParams, 'api' | 'plural' | 'controllers'>,
): OwnWebhook[] {
  const group = params.api.slice(0, params.api.indexOf('/'));
  const homes = new Set(params.controllers.map(({ namespace }) => namespace));
  return configurations.flatMap((configuration) =>
    list(configuration, 'webhooks')
      .filter((webhook) => {
        const home = text(webhook, 'clientConfig.service.namespace');
        return home === '' || homes.size === 0 || homes.has(home);
      })
      .flatMap((webhook): OwnWebhook[] => {
        const rules = list(webhook, 'rules').filter((rule) => covers(rule, group, params.plural));
        if (rules.length === 0) return [];
        const service = [text(webhook, 'clientConfig.service.namespace'), text(webhook, 'clientConfig.service.name')];
        return [
          {
            name: text(webhook, 'name'),
            configuration: configuration.metadata.name ?? '',
            type: configuration.kind === 'MutatingWebhookConfiguration' ? 'mutating' : 'validating',
            failurePolicy: text(webhook, 'failurePolicy') || 'Fail',
            operations: [...new Set(rules.flatMap((rule) => list(rule, 'operations').map(String)))],
            service: service[1] === '' ? '' : service.join('/'),
          },
        ];
      }),
  );
}

function covers(rule: unknown, group: string, plural: string): boolean {
  const resources = list(rule, 'resources');
  return list(rule, 'apiGroups').includes(group) && (resources.includes(plural) || resources.includes('*'));
}

/** Ready addresses behind a Service, from its EndpointSlices. */
export function readyEndpoints(slices: readonly KubeObject[], service: string): number {
  return slices
    .filter((slice) => {
      const name = slice.metadata.labels?.['kubernetes.io/service-name'] ?? '';
      return `${slice.metadata.namespace ?? ''}/${name}` === service;
    })
    .flatMap((slice) => list(slice, 'endpoints'))
    .filter((endpoint) => read(endpoint, 'conditions.ready') !== false)
    .reduce<number>((sum, endpoint) => sum + list(endpoint, 'addresses').length, 0);
}
