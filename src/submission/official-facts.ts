import type { Profile, RuleFacts } from './rule.ts';

const EVERY: readonly Profile[] = ['strict', 'official', 'official-2026-08'];
const NEWEST: readonly Profile[] = ['strict', 'official'];
const VALIDATOR = 'official validator, every version';
const SINCE_SEPTEMBER = 'official validator since 2026-09';

type Row = readonly [id: string, reason: string, remedy: string];

/** Errors that both official validators know. */
const BOTH: readonly Row[] = [
  ['yaml-syntax', 'The file is not YAML.', 'Correct the place; an editor with YAML support shows it too.'],
  [
    'yaml-type-error',
    'A value has another type than the schema: a text where a list belongs, a list where a text belongs.',
    'Write evidence as a list (- item), everything else as text.',
  ],
  ['yaml-duplicate-key', 'A key is written twice in one mapping.', 'Keep one of them.'],
  ['yaml-alias-bomb', 'Aliases multiply beyond all measure.', 'Write the values out.'],
  ['file-unreadable', 'The file cannot be read as text.', 'Save it as UTF-8.'],
  [
    'version-not-in-path',
    'The path of the file names no Kubernetes version.',
    'Put the submission into vX.Y/<product>/PRODUCT.yaml.',
  ],
  [
    'schema-not-found',
    'There is no checklist for the version in the path.',
    'Use the folder of a version that has a checklist.',
  ],
  ['metadata-section-missing', 'The file has no metadata.', 'Begin with the template of the version.'],
  ['metadata-field-missing', 'A metadata key that has to be there is not.', 'Add the key with its value.'],
  [
    'metadata-field-not-string',
    'A metadata value is not text: YAML read a number, a date or true.',
    'Put it in quotes.',
  ],
  ['metadata-field-empty', 'A metadata value that has to be there is empty.', 'Write the value.'],
  ['metadata-field-placeholder', 'A metadata value is still the [placeholder] of the template.', 'Write the value.'],
  [
    'k8s-conformance-url-format',
    'k8sConformanceUrl does not lead to an entry of cncf/k8s-conformance.',
    'Write https://github.com/cncf/k8s-conformance/tree/master/vX.Y/<product>.',
  ],
  [
    'k8s-conformance-url-dead',
    'The base conformance entry cannot be opened.',
    'Link to an entry that exists; base conformance comes first.',
  ],
  ['metadata-url-dead', 'A link of the metadata cannot be opened.', 'Correct the link.'],
  [
    'vendor-not-cncf-member',
    'vendorName is not the exact name of a CNCF member.',
    'Write the name as in the category CNCF Members of the landscape.',
  ],
  ['spec-section-missing', 'The file has no spec.', 'Begin with the template of the version.'],
  [
    'spec-category-missing',
    'A category of the checklist is missing, and with it all of its requirements.',
    'Copy the category from the template.',
  ],
  [
    'requirement-missing',
    'A requirement of the checklist is not answered in its category.',
    'Copy the entry from the template and answer it; a SHOULD may stay blank.',
  ],
  [
    'status-invalid',
    'The status is none of Implemented, Not Implemented, Partially Implemented, N/A.',
    'Write one of the four; only a SHOULD without evidence may stay blank.',
  ],
  [
    'must-not-implemented',
    'A MUST has another status than Implemented.',
    'A MUST that is not met cannot be submitted; one that does not apply is N/A with the reason in notes.',
  ],
  ['na-without-notes', 'N/A has no notes.', 'Say which condition is not met on the platform, and why.'],
  ['evidence-url-dead', 'A link of the evidence cannot be opened.', 'Correct the link.'],
  [
    'evidence-file-not-found',
    'A file named as evidence is not in the product folder.',
    'Write the path relative to PRODUCT.yaml, and add the file.',
  ],
];

/** Errors that only the newest official validator knows. */
const NEW: readonly Row[] = [
  [
    'evidence-path-other-product',
    'Evidence lies in the folder of another submission.',
    'Copy the file into the own folder.',
  ],
  [
    'evidence-path-escapes',
    'An evidence path leaves the product folder.',
    'Copy the file into the product folder and write its path from there.',
  ],
  [
    'evidence-path-empty',
    'An evidence item names no path, only a fragment or a scheme.',
    'Write the path of the file.',
  ],
  [
    'artifact-unparsable',
    'A file with the name of a test result (junit.xml, results.json, e2e.log) is not one.',
    'Write the file with go test (-json, -v) or gotestsum, or give other content another name.',
  ],
  [
    'artifact-has-failing-tests',
    'A test result holds failing tests; one is enough to refuse the file.',
    'Repeat the run until all of its tests pass, or cite a run of the tests in question only.',
  ],
  [
    'artifact-test-not-found',
    'The test of the requirement is not in the cited result.',
    'Cite the result that holds the test, or name another test behind #.',
  ],
  ['artifact-test-failed', 'The test of the requirement failed.', 'Repair the platform or the run, and test again.'],
  [
    'artifact-test-skipped',
    'The test of the requirement was skipped, which shows nothing.',
    'Run it, or write N/A with the reason if the requirement does not apply.',
  ],
];

const WARNINGS: readonly Row[] = [
  [
    'must-na-review',
    'A conditional MUST is N/A: accepted, but a person looks at the reason.',
    'Say in notes why the condition is not met.',
  ],
  [
    'artifact-recommended',
    'A requirement with an automated test cites no result of it.',
    'Add e2e.log, junit.xml or results.json of the official suite.',
  ],
];

function rows(
  table: readonly Row[],
  severity: RuleFacts['severity'],
  profiles: readonly Profile[],
  source: string,
): readonly RuleFacts[] {
  return table.map(([id, reason, remedy]) => ({ id, severity, profiles, reason, remedy, source }));
}

/** The facts of the official validator's rules; their ids are ours. */
export const OFFICIAL_FACTS: readonly RuleFacts[] = [
  ...rows(BOTH, 'error', EVERY, VALIDATOR),
  ...rows(NEW, 'error', NEWEST, SINCE_SEPTEMBER),
  ...rows(WARNINGS, 'warning', NEWEST, SINCE_SEPTEMBER),
];
