import type { Facts, KindName } from '../../case-kit/index.ts';

export const GROUP = 'gateway.networking.k8s.io';
/** The version that the requirement's official bar names. */
export const API = `${GROUP}/v1`;
export const CLASS: KindName = `${API}/GatewayClass`;
export const GATEWAY: KindName = `${API}/Gateway`;
export const ROUTE: KindName = `${API}/HTTPRoute`;
/** Name of the one listener of every Gateway that a case makes. */
export const LISTENER = 'http';

/** ReferenceGrant became v1 with Gateway API 1.5; before, v1beta1 is the one that counts. */
export const GRANT_VERSIONS = ['v1', 'v1beta1'] as const;

/** The ReferenceGrant to work with; undefined when none is served. */
export function grantKind({ resources }: Pick<Facts, 'resources'>): KindName | undefined {
  return GRANT_VERSIONS.map((version): KindName => `${GROUP}/${version}/ReferenceGrant`).find(
    (kind) => resources.find(kind) !== undefined,
  );
}
