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

/** Do labels fit a selector as kubectl writes it (`a=b,c in (d,e)`, `a!=b`, `a`, `!a`)? */
export function labelsFit(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const terms = selector.match(/[^,(]+(\([^)]*\))?/g) ?? [];
  return terms.every((term) => {
    const set = /^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$/.exec(term);
    if (set !== null) {
      const isIn = (set[3] ?? '').split(',').some((value) => labels[set[1] ?? ''] === value.trim());
      return isIn === (set[2] === 'in');
    }
    const [, key = '', operator, value = ''] = /^\s*([^=!\s]+)\s*(!=|==?)\s*(\S*)\s*$/.exec(term) ?? [];
    if (operator === undefined) {
      const name = term.trim();
      return name.startsWith('!') ? labels[name.slice(1)] === undefined : labels[name] !== undefined;
    }
    return (labels[key] === value) === (operator !== '!=');
  });
}
