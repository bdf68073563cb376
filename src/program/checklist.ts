import { type DescriptionPin, descriptionPin } from './description-pins.ts';
import {
  CATEGORIES,
  type Category,
  REQUIREMENTS,
  type RequirementFacts,
  type RequirementId,
} from './requirement-facts.ts';
import { type Level, VERSIONS, type Version, type VersionFacts } from './versions.ts';

/** One requirement as one version of the checklist has it. */
export interface Requirement extends RequirementFacts {
  readonly id: RequirementId;
  readonly level: Level;
  /** Place in the version's file, counted from 1 over all categories. */
  readonly order: number;
  readonly description: DescriptionPin;
}

/** One version of the checklist. */
export interface Checklist {
  readonly version: Version;
  /** Path, size and sha256 of the official file in a checkout of the programme. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Keys that the version's template has under `metadata`, in order. */
  readonly metadataKeys: readonly string[];
  /** Categories that occur, in order of the file. */
  readonly categories: readonly Category[];
  readonly requirements: readonly Requirement[];
}

/** All known versions, oldest first. */
export const versions = Object.keys(VERSIONS) as readonly Version[];

export function isVersion(text: string): text is Version {
  return Object.hasOwn(VERSIONS, text);
}

/** Every requirement id of the checklists. */
export const requirementIds: readonly RequirementId[] = Object.keys(REQUIREMENTS).filter(isRequirementId);

export function isRequirementId(text: string): text is RequirementId {
  return Object.hasOwn(REQUIREMENTS, text);
}

const built = new Map<Version, Checklist>();

/** The checklist of a version such as `1.36`; undefined for a version that is not known. */
export function checklist(version: Version): Checklist;
export function checklist(version: string): Checklist | undefined;
export function checklist(version: string): Checklist | undefined {
  if (!isVersion(version)) return undefined;
  const known = built.get(version) ?? build(version, VERSIONS[version]);
  built.set(version, known);
  return known;
}

/** One requirement of one version; undefined when that version does not have it. */
export function requirement(version: string, id: string): Requirement | undefined {
  return checklist(version)?.requirements.find((one) => one.id === id);
}

function build(version: Version, facts: VersionFacts): Checklist {
  const requirements = facts.requirements.map(([id, level], index): Requirement => {
    const description = descriptionPin(id, version);
    if (!description) throw new Error(`no description pin for ${id} in ${version}`);
    return { id, level, order: index + 1, description, ...REQUIREMENTS[id] };
  });
  const { file, bytes, sha256, metadataKeys } = facts;
  const categories = CATEGORIES.filter((category) => requirements.some((one) => one.category === category));
  return { version, file, bytes, sha256, metadataKeys, categories, requirements };
}
