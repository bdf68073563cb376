import type { Finding } from '../finding.ts';
import type { Submission } from '../submission.ts';
import { citedFiles, evidenceItems } from './evidence-item.ts';
import { folderOf } from './product-folder.ts';
import { facts, strictRule } from './strict-rule.ts';

const otherVersion = facts({
  id: 'evidence-other-version',
  severity: 'warning',
  reason: 'The address of evidence names another Kubernetes version than the submission.',
  remedy: 'Repeat the test on this version and link to its result, or say in the notes why the old result still holds.',
  source: 'terms 5.2 (accurate evidence) and 5.4: each version is a platform of its own',
});
const otherCluster = facts({
  id: 'evidence-captured-on-other-version',
  severity: 'warning',
  reason: 'Evidence in the folder was captured on a cluster of another Kubernetes version.',
  remedy: 'Repeat the test on a cluster of this version.',
  source: 'terms 5.4: each version is a platform of its own',
});

/** Evidence of another Kubernetes version: by its address, and by what the captured output says of its cluster. */
export const evidenceVersion = strictRule([otherVersion, otherCluster], function* (submission) {
  const { version } = submission;
  if (version === undefined) return;
  const { web, local } = evidenceItems(submission);
  for (const item of [...web, ...local]) {
    const named = namedVersion(item.value);
    if (named === undefined || named === version) continue;
    const message = `Evidence of ${item.subject} is for Kubernetes ${named}, but this submission is for ${version}: ${item.value.trim()}`;
    yield otherVersion.at(item, item.subject, message);
  }
  yield* captured(submission, version);
});

/** A path part that is nothing but a Kubernetes minor of the programme's time, `v1.34` or `1.34` or `release-1.34`. */
const PART = /^(?:v|release-)?(1\.(?:3[3-9]|4\d))(?:\.\d+)?$/;
const ABOUT_KUBERNETES = /conformance|kubernetes\/kubernetes|kubernetes\.io|k8s/i;

/** The Kubernetes minor in an address about conformance or Kubernetes; undefined when none, several or unsure. */
function namedVersion(address: string): string | undefined {
  const [path = ''] = address.trim().split(/[?#]/);
  if (!ABOUT_KUBERNETES.test(path)) return undefined;
  const named = new Set(path.split('/').flatMap((part) => PART.exec(part)?.[1] ?? []));
  return named.size === 1 ? [...named][0] : undefined;
}

/** Lines with which tools tell the version of the API server or of the nodes. */
const SERVER_LINES: readonly RegExp[] = [
  /^[ \t>*"|-]*Server Version:?\*{0,2}:?[ \t]*(?:version\.Info\{[^}\n]*GitVersion:")?v?(1\.\d\d)\.\d+/gim,
  /^[ \t>*-]*Kubernetes(?: server)? version:?\*{0,2}:?[ \t]*v?(1\.\d\d)(?!\d)/gim,
  /\bkube-apiserver version:\s*v?(\d+\.\d+)/gi,
  /^\S+[ \t]+Ready(?:,\S+)?[ \t]+\S+[ \t]+\S+[ \t]+v(\d+\.\d+)\.\d+/gm,
  /"serverVersion":\s*\{[^{}]*"gitVersion":\s*"v?(\d+\.\d+)/g,
];
const TEXT = /\.(?:md|markdown|txt|log|out|json|ya?ml|html?)$/i;

function* captured(submission: Submission, version: string): Generator<Finding> {
  for (const [path, [item]] of citedFiles(submission)) {
    if (!item || !TEXT.test(path)) continue;
    const text = folderOf(submission).text(path);
    if (text === undefined) continue;
    const told = SERVER_LINES.flatMap((line) => [...text.matchAll(line)]);
    const first = told[0];
    if (!first || told.some(([, minor]) => minor === version)) continue;
    const line = text.slice(0, first.index).split('\n').length;
    const message = `${path} was captured on Kubernetes ${first[1]} (its line ${line}), but this submission is for ${version}.`;
    yield otherCluster.at(item, item.subject, message);
  }
}
