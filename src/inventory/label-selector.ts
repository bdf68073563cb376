import { isObject } from '../kube/object.ts';
import { text } from './text.ts';

/**
 * Labels that make an object fit a LabelSelector: `{}` for the empty one, which fits everything. A key that must not be there is left out.
 * Undefined when there is no selector (which chooses nothing) or it asks for an operator that nobody knows.
 */
export function labelsThatFit(selector: unknown): Record<string, string> | undefined {
  if (!isObject(selector)) return undefined;
  const labels: Record<string, string> = {};
  const wanted = isObject(selector['matchLabels']) ? selector['matchLabels'] : {};
  for (const [key, value] of Object.entries(wanted)) labels[key] = text(value);
  const expressions = Array.isArray(selector['matchExpressions']) ? selector['matchExpressions'].filter(isObject) : [];
  for (const expression of expressions) {
    const key = text(expression['key']);
    const values = Array.isArray(expression['values']) ? expression['values'].map(text) : [];
    const operator = text(expression['operator']);
    if (operator === 'In') labels[key] ??= values[0] ?? '';
    else if (operator === 'Exists') labels[key] ??= 'true';
    else if (operator !== 'NotIn' && operator !== 'DoesNotExist') return undefined;
  }
  return labels;
}
