import type { Facts, KindName, NotRun } from '../../case-kit/index.ts';

export const GROUP = 'resource.k8s.io';
export const KINDS = ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'] as const;
export type DraKind = (typeof KINDS)[number];

/** Which versions count: `v1` is generally available and on by default from 1.34 on; before, beta versions do. Newest first. */
export function versionsThatCount({ kubernetes }: Pick<Facts, 'kubernetes'>): readonly string[] {
  return kubernetes.minor >= 34 ? ['v1'] : ['v1', 'v1beta2', 'v1beta1'];
}

/** The apiVersion by which cases work; undefined when none that counts is served. */
export function apiOf(facts: Pick<Facts, 'kubernetes' | 'resources'>): string | undefined {
  const version = versionsThatCount(facts).find((one) =>
    KINDS.some((kind) => facts.resources.find(`${GROUP}/${one}/${kind}`) !== undefined),
  );
  return version === undefined ? undefined : `${GROUP}/${version}`;
}

export function kindIn(api: string, kind: DraKind): KindName {
  return `${api}/${kind}`;
}

/** The kinds of them that are not served. */
export function unserved({ resources }: Pick<Facts, 'resources'>, api: string, kinds: readonly DraKind[]): DraKind[] {
  return kinds.filter((kind) => resources.find(kindIn(api, kind)) === undefined);
}

/** For cases that need an API which is not there; `api-is-served` fails for it. */
export function notServed(what: string): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message: `${what} is not served, so nothing of it can be tried`,
    remedy: 'Enable Dynamic Resource Allocation in the API server (on by default from Kubernetes 1.34 on).',
  };
}

/** The API to work with, or why there is none. */
export function apiWith(facts: Facts, kinds: readonly DraKind[]): string | NotRun {
  const api = apiOf(facts);
  if (api === undefined) return notServed(`${GROUP}/${versionsThatCount(facts).join(' or ')}`);
  const missing = unserved(facts, api, kinds);
  return missing.length === 0 ? api : notServed(`${missing.join(', ')} of ${api}`);
}
