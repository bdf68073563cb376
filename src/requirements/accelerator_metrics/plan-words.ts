import type { NotRun, RbacRule } from '../../case-kit/index.ts';

/** Metrics are asked for through the API server, which has a route to pods where this program may have none. */
export const PROXY_RULE: RbacRule = { verbs: ['get'], resources: ['pods/proxy'] };

export const NO_ACCELERATOR: NotRun = {
  outcome: 'inconclusive',
  class: 'not-found',
  message: 'no accelerator was found on a node that takes pods (extended resources and ResourceSlices were looked at)',
  remedy: 'Install the device plugin or DRA driver; name a resource that no table knows with --tables FILE.',
};
