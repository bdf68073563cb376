import { trimSpace } from '../evidence/go-text.ts';
import type { Finding } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { MetadataValue, Submission } from '../submission.ts';
import type { Gaps } from './gaps.ts';
import { checkLink } from './links.ts';
import { START, speak } from './speak.ts';

/** All but repoUrl are required, the logo too, which the instructions call optional. */
const FIELDS = [
  ['kubernetesVersion', 'kubernetes_version'],
  ['platformName', 'platform_name'],
  ['platformVersion', 'platform_version'],
  ['vendorName', 'vendor_name'],
  ['websiteUrl', 'website_url'],
  ['repoUrl', 'repo_url'],
  ['documentationUrl', 'documentation_url'],
  ['productLogoUrl', 'product_logo_url'],
  ['description', 'description'],
  ['contactEmailAddress', 'contact_email_address'],
  ['k8sConformanceUrl', 'k8s_conformance_url'],
] as const;
type Field = (typeof FIELDS)[number][0];
const OPTIONAL: Field = 'repoUrl';

const CONFORMANCE_URL = /^https:\/\/github\.com\/cncf\/k8s-conformance\/tree\/(master|main)\/v\d+\.\d+\/[^/]+\/?$/;

/** The metadata section, in both validators. */
export function* checkMetadata(submission: Submission, context: RuleContext, gaps: Gaps): Generator<Finding> {
  if (!submission.metadataAt) {
    const place = submission.topLevelKeys.find(({ value }) => value === 'metadata') ?? START;
    yield speak('metadata-section-missing', place, 'metadata', 'There is no "metadata" section.');
    return;
  }
  for (const [field, snake] of FIELDS) yield* checkField(submission, context, gaps, field, snake);
  yield* checkVendor(submission, context, gaps);
}

/** The snake_case key counts only when the other one is not there at all: a null hides it. */
function fieldOf({ metadata }: Submission, field: string, snake: string): MetadataValue | undefined {
  return metadata.get(field) ?? metadata.get(snake);
}

function* checkField(
  submission: Submission,
  context: RuleContext,
  gaps: Gaps,
  field: Field,
  snake: string,
): Generator<Finding> {
  const found = fieldOf(submission, field, snake);
  if (!found || found.value === null) {
    if (field === OPTIONAL) return;
    const name = snake === field ? field : `${field} (or ${snake})`;
    const place = found?.key ?? submission.metadataAt ?? START;
    yield speak(
      'metadata-field-missing',
      place,
      field,
      `The metadata key ${name} is missing${found ? ': it is null' : ''}.`,
    );
    return;
  }
  const { value } = found;
  if (typeof value !== 'string') {
    yield speak(
      'metadata-field-not-string',
      found,
      field,
      `${field} is not text: YAML reads it as ${typeName(value)}.`,
    );
  } else if (value === '') {
    if (field !== OPTIONAL) yield speak('metadata-field-empty', found, field, `${field} is empty.`);
  } else if (value.startsWith('[') && value.endsWith(']')) {
    yield speak('metadata-field-placeholder', found, field, `${field} is still the placeholder ${value}.`);
  } else if (field === 'k8sConformanceUrl') {
    if (CONFORMANCE_URL.test(value)) yield* checkLink('k8s-conformance-url-dead', found, value, field, context, gaps);
    else
      yield speak(
        'k8s-conformance-url-format',
        found,
        field,
        `${field} leads to no entry of cncf/k8s-conformance: ${value}`,
      );
  } else if (value.startsWith('http')) {
    yield* checkLink('metadata-url-dead', found, value, field, context, gaps);
  }
}

function* checkVendor(submission: Submission, context: RuleContext, gaps: Gaps): Generator<Finding> {
  const found = fieldOf(submission, 'vendorName', 'vendor_name');
  const name = typeof found?.value === 'string' ? trimSpace(found.value) : '';
  if (!found || name === '') return;
  if (!context.members) {
    gaps.say('vendorName was not compared with the names of the CNCF members (--members FILE does that)');
  } else if (!context.members.has(name)) {
    yield speak('vendor-not-cncf-member', found, 'vendorName', `"${name}" is not the exact name of a CNCF member.`);
  }
}

function typeName(value: unknown): string {
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  if (value instanceof Object && 'timestamp' in value) return 'a date';
  return value instanceof Object && 'kind' in value && value.kind === 'sequence' ? 'a list' : 'a mapping';
}
