import type { Located, Submission } from '../submission.ts';
import { isPlaceholder } from './example-values.ts';
import { field } from './metadata-fields.ts';
import { isSameProduct } from './product-family.ts';
import { facts, strictRule } from './strict-rule.ts';

const isKubernetes = facts({
  id: 'platform-version-is-kubernetes',
  severity: 'warning',
  reason: 'platformVersion is the version of Kubernetes instead of the version of the platform.',
  remedy: 'Write the version of your product; if it has no number of its own, say so in the pull request.',
  source: 'terms 4.3: the platform is named with its own version',
});
const wildcard = facts({
  id: 'platform-version-wildcard',
  severity: 'warning',
  reason: 'platformVersion is a range or a wildcard; conformance is achieved by one version.',
  remedy: 'Write the exact version that was tested.',
  source: 'terms 4.3 and 5.4: each version is a platform of its own',
});
const preRelease = facts({
  id: 'platform-version-prerelease',
  severity: 'warning',
  reason: 'platformVersion is a pre-release or a build from a commit, not a publicly available product.',
  remedy: 'Submit a released version.',
  source: 'terms 4.2: a publicly available product',
});
const reused = facts({
  id: 'platform-version-reused',
  severity: 'info',
  reason: 'The same platformVersion is submitted for several Kubernetes versions.',
  remedy: 'Fine if that version really ships all of them; otherwise write the version that was tested.',
  source: 'terms 5.4: a new version is a platform of its own',
});

/** `4.8.x`, `*`, `>=2`, `latest`, `1.2-1.4`, `v5+`. */
const WILDCARD =
  /(?:^|[.\s])[x*](?:$|[.\s])|^\s*(?:latest|any|all|current|stable|n\/a)\s*$|[<>~^*]|^v?\d+(?:\.\d+)*\s*\+$|\bor (?:later|newer|above)\b/i;
/** Semantic-version pre-releases, nightly builds and `git describe` suffixes. */
const PRE_RELEASE =
  /[-.+_](?:alpha|beta|rc|pre|preview|dev|devel|snapshot|nightly|canary|ea)\b|[-.](?:alpha|beta|rc)\d|-\d+-g[0-9a-f]{7,}\b|-dirty\b|^(?:main|master|head)$/i;

/** What platformVersion says. */
export const platformVersion = strictRule(
  [isKubernetes, wildcard, preRelease, reused],
  function* (submission, context) {
    const value = field(submission, 'platformVersion');
    const text = value?.value.trim() ?? '';
    if (!value || text === '' || isPlaceholder(text)) return;
    if (submission.version !== undefined && isPlainMinor(text, submission.version)) {
      const message = `platformVersion is ${text}, the version of Kubernetes.`;
      yield isKubernetes.at(value, 'platformVersion', message);
      return;
    }
    if (WILDCARD.test(text))
      yield wildcard.at(value, 'platformVersion', `platformVersion ${text} stands for several versions.`);
    if (PRE_RELEASE.test(text))
      yield preRelease.at(value, 'platformVersion', `platformVersion ${text} is not a release.`);
    const others = sameVersionElsewhere(submission, value, context.siblings);
    if (others.length > 0) {
      yield reused.at(value, 'platformVersion', `platformVersion ${text} is also submitted for ${others.join(', ')}.`);
    }
  },
);

/** `v1.35`, `1.35` or `1.35.2` in a submission for 1.35. A vendor's suffix (`1.35.2-eks.9`) makes it the vendor's own. */
function isPlainMinor(text: string, version: string): boolean {
  const plain = text.replace(/^v/i, '');
  return plain === version || (plain.startsWith(`${version}.`) && /^\d+$/.test(plain.slice(version.length + 1)));
}

function sameVersionElsewhere(own: Submission, value: Located<string>, siblings: readonly Submission[]): string[] {
  return siblings
    .filter((other) => other.version !== own.version && isSameProduct(own, other))
    .filter((other) => field(other, 'platformVersion')?.value.trim() === value.value.trim())
    .map((other) => `v${other.version}`)
    .toSorted();
}
