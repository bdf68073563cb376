import { type Bench, inconclusive, type KindName, type KubeObject, type Place, podSpec } from '../../case-kit/index.ts';
import type { OperatorProfile } from '../../inventory/operator-profile.ts';
import type { Controller } from '../../inventory/solutions.ts';
import { kindName } from '../../kube/object.ts';
import { type Filling, fill } from './fill.ts';

/** What every case of this requirement is called with. Plain JSON: the judge reads the profile from the evidence. */
export interface OperatorParams {
  readonly profile: OperatorProfile;
  /** `group/version` by which it is driven. */
  readonly api: string;
  /** All served versions of its resource, without the group. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly namespaced: boolean;
  readonly controllers: readonly Controller[];
  /** Where its pods are put. */
  readonly place: Place;
}

/** Name of the object under test. */
export const NAME = 'probe';
const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';

/** The resource under test. */
export function resourceKind({ api, profile }: Pick<OperatorParams, 'api' | 'profile'>): KindName {
  return `${api}/${profile.api.slice(profile.api.indexOf('/') + 1)}`;
}

/** Kinds that the profile creates. */
export function createdKinds({ api, profile }: Pick<OperatorParams, 'api' | 'profile'>): KindName[] {
  const filling = { api, name: NAME, namespace: '', image: '', pod: () => ({ containers: [] }) };
  return [...new Set([...profile.prepare, profile.valid].map((one) => kindName(fill(one, filling))))];
}

/** Kinds of what comes of it. */
export function ownedKinds({ children, between }: OperatorProfile): KindName[] {
  return [...new Set([...children.map((child) => child.of as KindName), ...(between as KindName[])])];
}

export function fillingOf(bench: Bench, { api, place }: OperatorParams): Filling {
  return {
    api,
    name: NAME,
    namespace: bench.namespace,
    image: bench.image,
    pod: (container) => {
      const spec = podSpec(bench, { name: NAME, place, containers: [{ name: container, script: HOLD }] });
      return spec as ReturnType<Filling['pod']>;
    },
  };
}

/** The profile's valid object. */
export function validObject(bench: Bench, params: OperatorParams): KubeObject {
  return fill(params.profile.valid, fillingOf(bench, params));
}

/** Creates what has to be there before. A refusal ends the act: nothing of the operator can be tried without it. */
export async function prepare(bench: Bench, params: OperatorParams): Promise<void> {
  for (const template of params.profile.prepare) {
    const object = fill(template, fillingOf(bench, params));
    const made = await bench.attempt('prepare', (again) => again.create(object));
    if (!made.accepted)
      throw inconclusive(
        'environment',
        `${object.kind} ${object.metadata.name ?? ''}, which ${params.profile.title} needs, was refused: ${made.said}`,
        `See why ${params.profile.title} or the API server refuses it; a newer version may want another profile (--tables FILE).`,
      );
  }
}
