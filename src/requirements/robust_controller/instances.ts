import {
  type Facts,
  fact,
  type Instance,
  type KindName,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type offered,
  type Place,
  phases,
  type RbacRule,
} from '../../case-kit/index.ts';
import { createdKinds, type OperatorParams, ownedKinds } from './operator.ts';

/** Held by every case when operators are to be disturbed: a case must not meet one whose controller another is restarting. */
const OPERATORS = 'slots/operators';

/**
 * An instance for each operator found, of which one suffices; one that cannot be tried says why. `needs` are those of the case beyond
 * the objects that the profile creates.
 */
export function instancesOf(
  facts: Facts,
  role: 'operator' | 'support',
  needs: (params: OperatorParams) => Needs,
): readonly (Instance<OperatorParams> | NotRunInstance)[] | NotRun {
  const found = facts.inventory.operators.filter(({ profile }) => profile.role === role);
  const others = role === 'operator' ? withoutProfile(facts) : [];
  if (found.length + others.length === 0) return nothingFound(role);
  const place = placeFor(facts);
  if (place === undefined)
    return {
      outcome: 'inconclusive',
      class: 'capacity',
      message: 'no node has room for the pods of an operator',
      remedy: 'Free some pods on a node that is Ready and schedulable, then run again.',
    };
  return [...found.map((one) => instanceOf(facts, one, place, needs)), ...others];
}

function instanceOf(
  facts: Facts,
  { profile, apiVersion, versions, plural, controllers }: offered.OperatorFound,
  place: Place,
  needs: (params: OperatorParams) => Needs,
): Instance<OperatorParams> | NotRunInstance {
  const about = { variant: profile.id, ...(profile.role === 'operator' ? { alternative: profile.id } : {}) };
  const speaks = profile.versions.join(', ');
  if (apiVersion === undefined)
    return {
      ...about,
      notRun: unknown(`${profile.title} serves ${versions.join(', ')}, its profile speaks ${speaks}`),
    };
  const kinds = [...createdKinds({ api: apiVersion, profile }), ...ownedKinds(profile)];
  const missing = kinds.filter((kind) => facts.resources.find(kind) === undefined);
  if (missing.length > 0)
    return { ...about, notRun: unknown(`${profile.title} is tried with ${missing.join(', ')}, which is not served`) };
  const namespaced = facts.resources.versions(...split(profile.api))[0]?.namespaced ?? true;
  const params: OperatorParams = { profile, api: apiVersion, versions, plural, namespaced, controllers, place };
  const { creates = [], ...more } = needs(params);
  return {
    ...about,
    params,
    needs: {
      ...more,
      ...(facts.options.allowDisrupt ? { tokens: { [OPERATORS]: 'all' as const } } : {}),
      creates: [...new Set([...createdKinds(params), ...creates])],
    },
  };
}

/** The rule to delete a kind that the operator, not the case, creates. */
export function mayDelete(facts: Pick<Facts, 'resources'>, kind: KindName | undefined): RbacRule[] {
  const resource = kind === undefined ? undefined : facts.resources.find(kind);
  return resource === undefined
    ? []
    : [{ verbs: ['delete'], apiGroups: [resource.group], resources: [resource.plural] }];
}

/** Operators that discovery knows and for which there is no profile. */
function withoutProfile({ inventory }: Facts): NotRunInstance[] {
  const known = new Set(inventory.operators.map(({ profile }) => profile.id));
  return inventory.solutions
    .filter((one) => one.role === 'operator' && !known.has(one.id))
    .map((one) => ({
      variant: one.id,
      alternative: one.id,
      notRun: unknown(`${one.title} was found, and no profile says how it is tried`),
    }));
}

function unknown(message: string): NotRun {
  const remedy =
    "Give a profile for it with --tables FILE (operators; the project's own are in src/inventory/tables/).";
  return { outcome: 'inconclusive', class: 'not-found', message, remedy };
}

function nothingFound(role: 'operator' | 'support'): NotRun {
  if (role === 'support')
    return { outcome: 'not-applicable', message: 'no operator in a supporting role was found (looked for Kueue)' };
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message:
      'no AI operator with resources of its own was found (looked for the APIs of Kubeflow Trainer, KubeRay and others)',
    remedy:
      'Install one, for example Kubeflow Trainer: the requirement asks that one such operator works on the platform.',
  };
}

/** A node for the operators' pods: rather one without taints, which accelerator nodes often have. */
function placeFor({ inventory }: Facts): Place | undefined {
  const [node] = inventory.nodes
    .filter((one) => one.candidate && (one.free['pods'] ?? Number.POSITIVE_INFINITY) >= 4)
    .sort((a, b) => a.tolerations.length - b.tolerations.length || (b.free['cpu'] ?? 0) - (a.free['cpu'] ?? 0));
  return node === undefined ? undefined : { node: node.name, tolerations: node.tolerations };
}

function split(api: string): [string, string] {
  const cut = api.indexOf('/');
  return [api.slice(0, cut), api.slice(cut + 1)];
}

/** The object under test, and after a change of it the generation that the change made. */
export const CREATED = fact<{ readonly uid: string }>('created');
export const CHANGED = fact<{ readonly generation: number }>('changed');
export const CHANGED_BACK = fact<{ readonly generation: number }>('changed back');
/** A child that was deleted, with its pods; and a field of a child that was changed, with what it was. */
export const CHILD_DELETED = fact<{ readonly of: string; readonly uid: string; readonly pods: readonly string[] }>(
  'child deleted',
);
export const FIELD_CHANGED = fact<{
  readonly of: string;
  readonly uid: string;
  readonly generation: number;
  readonly was: unknown;
}>('field changed');

/** What a resource of the operator goes through. */
export const P = phases({
  becomes: ['created', 'ran'],
  repaired: ['child deleted', 'child is back'],
  putBack: ['field changed', 'field is back'],
  follows: ['changed', 'followed'],
  collected: ['removed', 'gone'],
});
