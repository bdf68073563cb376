import { OperatorProfile } from '../../../inventory/operator-profile.ts';
import type { OperatorParams } from '../operator.ts';

/** An operator made up for tests: a Widget becomes two Jobs of one pod each. */
export const WIDGETS: OperatorParams = {
  profile: OperatorProfile.parse({
    id: 'widgets',
    title: 'Widgets',
    role: 'operator',
    api: 'example.com/Widget',
    versions: ['v1'],
    controllers: ['widget-controller'],
    webhook: {
      expected: true,
      defaulted: [{ field: 'spec.color', is: 'grey' }],
      invalid: [{ why: 'a widget has a size', set: [{ field: 'spec.size', to: 0 }] }],
      invalidUpdate: [{ why: 'a widget does not shrink', set: [{ field: 'spec.size', to: 1 }] }],
    },
    valid: { apiVersion: '{api}', kind: 'Widget', metadata: { name: '{name}' }, spec: { size: 2 } },
    children: [{ of: 'batch/v1/Job', count: 2 }],
    pods: 2,
    ready: [{ condition: 'Ready', is: 'True' }],
    repair: { of: 'batch/v1/Job' },
    managedField: { of: 'batch/v1/Job', field: 'spec.suspend', to: true },
    change: {
      set: [{ field: 'spec.paused', to: true }],
      pods: 0,
      ready: [{ condition: 'Ready', is: 'False' }],
      back: [{ field: 'spec.paused', to: false }],
    },
  }),
  api: 'example.com/v1',
  versions: ['v1'],
  plural: 'widgets',
  namespaced: true,
  controllers: [{ kind: 'Deployment', namespace: 'widgets', name: 'widget-controller', ready: 1, wanted: 1 }],
  place: { node: 'n1', tolerations: [] },
};
