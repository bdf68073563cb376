import type { Resources } from '../kube/resources.ts';
import type { OperatorProfile } from './operator-profile.ts';
import type { Controller } from './solutions.ts';
import { fits } from './tables.ts';

/** An operator whose resource is served and for which there is a profile. */
export interface OperatorFound {
  readonly profile: OperatorProfile;
  /** `group/version` by which it is driven; undefined when none that the profile speaks is served. */
  readonly apiVersion: string | undefined;
  /** Served versions, the preferred one first. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly controllers: readonly Controller[];
}

/** The operators of the profiles that are there; of two profiles with one id the first counts (a user's come first). */
export function findOperators(
  resources: Resources,
  controllers: readonly Controller[],
  profiles: readonly OperatorProfile[],
): OperatorFound[] {
  const first = profiles.filter((one, index) => profiles.findIndex(({ id }) => id === one.id) === index);
  return first.flatMap((profile) => {
    const cut = profile.api.indexOf('/');
    const served = resources.versions(profile.api.slice(0, cut), profile.api.slice(cut + 1));
    if (served[0] === undefined) return [];
    const version = profile.versions.find((one) => served.some((resource) => resource.version === one));
    return [
      {
        profile,
        apiVersion: version === undefined ? undefined : `${profile.api.slice(0, cut)}/${version}`,
        versions: served.map((resource) => resource.version),
        plural: served[0].plural,
        controllers: controllers.filter(({ name }) => profile.controllers.some((pattern) => fits(pattern, name))),
      },
    ];
  });
}
