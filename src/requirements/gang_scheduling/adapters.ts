import type { Facts, NotRun } from '../../case-kit/index.ts';
import type { GangAdapter, Solution } from './adapter.ts';
import { kueue } from './kueue.ts';
import { native } from './native.ts';

const ADAPTERS: Readonly<Record<Solution['id'], GangAdapter>> = { kueue, native };

export function adapterOf({ id }: Solution): GangAdapter {
  return ADAPTERS[id];
}

/** API versions that an adapter speaks, the newest first. */
const SPOKEN = {
  kueue: { group: 'kueue.x-k8s.io', kind: 'ClusterQueue', versions: ['v1beta2', 'v1beta1'] },
  native: { group: 'scheduling.k8s.io', kind: 'PodGroup', versions: ['v1beta1', 'v1alpha2'] },
} as const;

/** Solutions that the API server serves and that this tool can drive. Presence is not function: the cases show that. */
export function solutionsOf({ resources }: Pick<Facts, 'resources'>): Solution[] {
  return (['kueue', 'native'] as const).flatMap((id): Solution[] => {
    const { group, kind, versions } = SPOKEN[id];
    const version = versions.find((one) => resources.find(`${group}/${one}/${kind}`) !== undefined);
    if (version === undefined) return [];
    const api = `${group}/${version}`;
    const topology = id === 'kueue' && resources.find(`${api}/Topology`) !== undefined;
    return [{ id, api, ...(topology ? { topology } : {}) }];
  });
}

/** The requirement is that a solution can be installed and works: none is no defect of the platform, and no pass. */
export function noSolution({ inventory }: Pick<Facts, 'inventory'>): NotRun {
  const others = inventory.solutions.filter((one) => one.role === 'gang' && !['kueue', 'native-gang'].includes(one.id));
  const found = others.map((one) => one.title).join(', ');
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message:
      found === ''
        ? 'no gang scheduling solution was found (looked for the APIs of Kueue, native gang scheduling and others)'
        : `${found} was found, which cannot be driven yet; Kueue and native gang scheduling can, and were not found`,
    remedy: 'Install one, for example Kueue: the requirement asks that one such solution works on the platform.',
  };
}
