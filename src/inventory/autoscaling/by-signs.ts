import type { KubeObject } from '../../kube/object.ts';
import type { NodeFacts } from '../node-facts.ts';
import type { SolutionFound } from '../solutions.ts';
import type { Tables } from '../tables.ts';
import type { AutoscalerObjects } from './find-autoscaling.ts';
import { boundsOf } from './machine-pools.ts';

/**
 * Providers run autoscalers out of sight, and some people as static pods: their state, node groups that are annotated for them, pods by
 * name, and what they write on nodes tell of them all the same.
 */
export function withAutoscalersBySigns(
  solutions: readonly SolutionFound[],
  { statusConfigMaps, clusterApi = [] }: AutoscalerObjects,
  { nodes, pods }: { readonly nodes: readonly NodeFacts[]; readonly pods: readonly KubeObject[] },
  tables: Tables,
): SolutionFound[] {
  const isPod = (name: RegExp): boolean => pods.some(({ metadata }) => name.test(metadata.name ?? ''));
  const isTainted = (key: RegExp): boolean => nodes.some(({ taints }) => taints.some((taint) => key.test(taint.key)));
  const signs = {
    'cluster-autoscaler':
      statusConfigMaps.length > 0 ||
      clusterApi.some((object) => boundsOf(object) !== undefined) ||
      isTainted(/^(ToBeDeletedBy|DeletionCandidateOf)ClusterAutoscaler$/) ||
      isPod(/(^|-)cluster-autoscaler(-|$)/),
    karpenter:
      nodes.some(({ labels }) => Object.keys(labels).some((key) => key.startsWith('karpenter.sh/'))) ||
      isTainted(/^karpenter\.sh\//) ||
      isPod(/^karpenter-/),
  };
  const isThere = (ids: readonly string[]): boolean => solutions.some(({ id }) => ids.includes(id));
  const told = tables.solutions.filter(
    ({ id }) =>
      (id === 'cluster-autoscaler' && signs[id] && !isThere([id, 'openshift-autoscaler'])) ||
      (id === 'karpenter' && signs[id] && !isThere([id])),
  );
  return [
    ...solutions,
    ...told.map(({ id, title, role, supported }) => ({
      id,
      title,
      role,
      supported: supported === true,
      apis: {},
      controllers: [],
    })),
  ];
}
