import type { RbacRule } from '../../case-kit/index.ts';

/** Metrics are asked for through the API server, which has a route to pods where this program may have none. */
export const PROXY_RULE: RbacRule = { verbs: ['get'], resources: ['pods/proxy'] };
