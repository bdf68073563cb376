import { isObject } from '../kube/object.ts';
import { text } from './text.ts';

/** The part of a node that a node selector can ask about. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Does a core/v1 NodeSelector match the node? Terms are alternatives, the requirements of a term must all hold; a term without
 * requirements and a selector without terms match nothing (k8s.io/component-helpers nodeaffinity).
 */
export function matchesNodeSelector(node: SelectableNode, selector: unknown): boolean {
  const terms = isObject(selector) && Array.isArray(selector['nodeSelectorTerms']) ? selector['nodeSelectorTerms'] : [];
  return terms.filter(isObject).some((term) => {
    const expressions = listOf(term['matchExpressions']);
    const fields = listOf(term['matchFields']);
    if (expressions.length + fields.length === 0) return false;
    return (
      expressions.every((requirement) => holds(requirement, node.labels[text(requirement['key'])])) &&
      fields.every((requirement) => requirement['key'] === 'metadata.name' && holds(requirement, node.name))
    );
  });
}

function holds(requirement: Record<string, unknown>, value: string | undefined): boolean {
  const values = Array.isArray(requirement['values']) ? requirement['values'].map(text) : [];
  switch (requirement['operator']) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
