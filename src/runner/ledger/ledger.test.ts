import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { Ledger, readLedger } from './ledger.ts';
import { mergePatched, restorePatch, standsAsSet } from './restore-patch.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pod = (name: string, uid?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'n',
  name,
  ...(uid === undefined ? {} : { uid }),
});

describe('the ledger', () => {
  it('knows at every moment what is still to be undone, the newest first', () => {
    const ledger = new Ledger(join(folder, 'l.jsonl'));
    ledger.write({ op: 'run', run: 'r1', server: 's', fingerprint: 'f', host: 'h', pid: 1 });
    ledger.write({ op: 'create', case: 'a', ref: pod('one') });
    ledger.write({ op: 'created', case: 'a', ref: pod('one', 'u1') });
    ledger.write({ op: 'create', case: 'b', ref: pod('two') });
    expect(ledger.pending()).toMatchObject({ run: 'r1', objects: [{ ref: pod('two') }, { ref: pod('one', 'u1') }] });
    expect(ledger.pending('a').objects).toEqual([{ case: 'a', ref: pod('one', 'u1') }]);
    ledger.write({ op: 'gone', ref: pod('one', 'u1') });
    ledger.write({ op: 'gone', ref: pod('two') });
    expect(ledger.pending().objects).toEqual([]);
    ledger.close();
    expect(new Ledger(ledger.path, { resume: true }).pending().objects).toEqual([]);
  });

  it('keeps an object that was made anew under the same name apart from the one before', () => {
    const ledger = new Ledger(join(folder, 'l.jsonl'));
    for (const uid of ['u1', 'u2']) {
      ledger.write({ op: 'create', case: 'a', ref: pod('one') });
      ledger.write({ op: 'created', case: 'a', ref: pod('one', uid) });
    }
    ledger.write({ op: 'gone', ref: pod('one', 'u1') });
    expect(ledger.pending().objects.map((one) => one.ref.uid)).toEqual(['u2']);
  });

  it('puts changes back one by one, the last one first', () => {
    const ledger = new Ledger(join(folder, 'l.jsonl'));
    const change = (n: number): void =>
      ledger.write({ op: 'change', case: 'a', ref: pod('x', 'u'), set: { n }, restore: { n: n - 1 } });
    change(1);
    change(2);
    expect(ledger.pending().changes.map((one) => one.set)).toEqual([{ n: 2 }, { n: 1 }]);
    ledger.write({ op: 'restored', ref: pod('x', 'u') });
    expect(ledger.pending().changes.map((one) => one.set)).toEqual([{ n: 1 }]);
  });

  it('reads what a killed program left, without its half line, and refuses a damaged one', () => {
    const ledger = new Ledger(join(folder, 'l.jsonl'));
    ledger.write({ op: 'create', case: 'a', ref: pod('one') });
    appendFileSync(ledger.path, '{"op":"cre');
    expect(readLedger(ledger.path)).toHaveLength(1);
    appendFileSync(ledger.path, '\n');
    expect(() => readLedger(ledger.path)).toThrow(`${ledger.path}:2`);
  });

  it('refuses to go on when it cannot be written', () => {
    const ledger = new Ledger(join(folder, 'l.jsonl'));
    ledger.close();
    expect(() => ledger.write({ op: 'create', case: 'a', ref: pod('one') })).toThrow(/Nothing is created|cannot write/);
  });
});

describe('putting back', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(fc.integer(), { maxLength: 2 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'metadata'), tie('value'), { maxKeys: 3 }),
  }));
  const object = json.object as fc.Arbitrary<Record<string, unknown>>;
  const patch = object.map((value) =>
    Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'c' ? null : one])),
  );

  it('gives back every field that a patch changed', () => {
    fc.assert(
      fc.property(object, patch, (before, change) => {
        const changed = mergePatched(before, change);
        expect(standsAsSet(changed, change)).toBe(true);
        expect(mergePatched(changed, restorePatch(before, change))).toEqual(before);
      }),
    );
  });

  it('notices when somebody changed the same field since', () => {
    expect(standsAsSet({ spec: { replicas: 3, other: 1 } }, { spec: { replicas: 2 } })).toBe(false);
    expect(standsAsSet({ spec: { replicas: 2, other: 7 } }, { spec: { replicas: 2 } })).toBe(true);
    expect(standsAsSet({ spec: {} }, { spec: { replicas: null } })).toBe(true);
  });
});
