import { describe, expect, it } from 'vitest';
import { versions } from './checklist.ts';
import { difference } from './difference.ts';
import type { Version } from './versions.ts';

function ids(from: Version, to: Version) {
  const { added, removed, levelChanged, textChanged } = difference(from, to);
  return { added: added.map((one) => one.id), removed: removed.map((one) => one.id), levelChanged, textChanged };
}

describe('difference', () => {
  it('from 1.33 to 1.34 is one level', () => {
    expect(ids('1.33', '1.34')).toEqual({
      added: [],
      removed: [],
      levelChanged: [{ id: 'dra_support', from: 'SHOULD', to: 'MUST' }],
      textChanged: [],
    });
  });

  it('from 1.35 to 1.36 adds three, drops dra_support and drops a key of the template', () => {
    expect(ids('1.35', '1.36')).toEqual({
      added: ['advanced_inference_ingress', 'high_performance_networking', 'disaggregated_inference'],
      removed: ['dra_support'],
      levelChanged: [],
      textChanged: [],
    });
    expect(difference('1.35', '1.36').metadataKeysRemoved).toEqual(['k8sConformanceUrl']);
  });

  it('from 1.36 to 1.37 adds one and rewords one', () => {
    expect(ids('1.36', '1.37')).toEqual({
      added: ['workload_sandboxing'],
      removed: [],
      levelChanged: [],
      textChanged: ['accelerator_metrics'],
    });
  });

  it('backwards swaps added and removed', () => {
    for (const from of versions) {
      for (const to of versions) {
        const [there, back] = [difference(from, to), difference(to, from)];
        expect(back.added.map((one) => one.id)).toEqual(there.removed.map((one) => one.id));
        expect(new Set(back.textChanged)).toEqual(new Set(there.textChanged));
        expect(back.metadataKeysAdded).toEqual(there.metadataKeysRemoved);
      }
    }
  });
});
