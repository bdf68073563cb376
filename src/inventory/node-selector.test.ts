import { describe, expect, it } from 'vitest';
import { matchesNodeSelector } from './node-selector.ts';

const node = { name: 'a', labels: { zone: 'x', size: '8' } };
const selector = (...requirements: unknown[]) => ({ nodeSelectorTerms: [{ matchExpressions: requirements }] });

describe('matchesNodeSelector', () => {
  it.each([
    [{ key: 'zone', operator: 'In', values: ['x', 'y'] }, true],
    [{ key: 'zone', operator: 'In', values: ['y'] }, false],
    [{ key: 'zone', operator: 'NotIn', values: ['y'] }, true],
    [{ key: 'none', operator: 'NotIn', values: ['y'] }, true],
    [{ key: 'zone', operator: 'Exists' }, true],
    [{ key: 'none', operator: 'Exists' }, false],
    [{ key: 'none', operator: 'DoesNotExist' }, true],
    [{ key: 'size', operator: 'Gt', values: ['7'] }, true],
    [{ key: 'size', operator: 'Lt', values: ['8'] }, false],
    [{ key: 'zone', operator: 'Like', values: ['x'] }, false],
  ])('%j -> %s', (requirement, expected) => {
    expect(matchesNodeSelector(node, selector(requirement))).toBe(expected);
  });

  it('matches nothing without terms, or with an empty term', () => {
    expect(matchesNodeSelector(node, undefined)).toBe(false);
    expect(matchesNodeSelector(node, { nodeSelectorTerms: [] })).toBe(false);
    expect(matchesNodeSelector(node, { nodeSelectorTerms: [{}] })).toBe(false);
  });

  it('takes terms as alternatives and knows the name field', () => {
    const byName = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] };
    const never = { matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] };
    expect(matchesNodeSelector(node, { nodeSelectorTerms: [never, byName] })).toBe(true);
    expect(matchesNodeSelector({ ...node, name: 'b' }, { nodeSelectorTerms: [never, byName] })).toBe(false);
  });
});
