import { type Checklist, checklist, type Requirement } from './checklist.ts';
import type { RequirementId } from './requirement-facts.ts';
import type { Level, Version } from './versions.ts';

/** What changed between two versions of the checklist; lists are in the order of the newer one (removed: of the older). */
export interface ChecklistDifference {
  readonly from: Version;
  readonly to: Version;
  readonly added: readonly Requirement[];
  readonly removed: readonly Requirement[];
  readonly levelChanged: readonly { readonly id: RequirementId; readonly from: Level; readonly to: Level }[];
  /** Requirements whose official description differs (by its hash; the texts themselves are not here). */
  readonly textChanged: readonly RequirementId[];
  /** Keys under `metadata` that only the newer or only the older template names. */
  readonly metadataKeysAdded: readonly string[];
  readonly metadataKeysRemoved: readonly string[];
}

/** Compares two versions; both directions work. */
export function difference(from: Version, to: Version): ChecklistDifference {
  const [before, after] = [checklist(from), checklist(to)];
  const both = after.requirements.flatMap((newer) => {
    const older = find(before, newer.id);
    return older ? [{ older, newer }] : [];
  });
  return {
    from,
    to,
    added: after.requirements.filter((one) => !find(before, one.id)),
    removed: before.requirements.filter((one) => !find(after, one.id)),
    levelChanged: both
      .filter(({ older, newer }) => older.level !== newer.level)
      .map(({ older, newer }) => ({ id: newer.id, from: older.level, to: newer.level })),
    textChanged: both
      .filter(({ older, newer }) => older.description.sha256 !== newer.description.sha256)
      .map(({ newer }) => newer.id),
    metadataKeysAdded: after.metadataKeys.filter((key) => !before.metadataKeys.includes(key)),
    metadataKeysRemoved: before.metadataKeys.filter((key) => !after.metadataKeys.includes(key)),
  };
}

function find({ requirements }: Checklist, id: RequirementId): Requirement | undefined {
  return requirements.find((one) => one.id === id);
}
