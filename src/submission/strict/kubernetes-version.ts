import { field } from './metadata-fields.ts';
import { facts, strictRule } from './strict-rule.ts';

const notFolder = facts({
  id: 'kubernetes-version-not-folder',
  severity: 'error',
  reason: 'kubernetesVersion is another version than the folder of the submission.',
  remedy: 'Move the submission to the folder of its version, or correct kubernetesVersion.',
  source: 'instructions: vX.Y/<product>/PRODUCT.yaml; template: kubernetesVersion: vX.Y',
});
const patch = facts({
  id: 'kubernetes-version-form',
  severity: 'info',
  reason: 'kubernetesVersion is not written vX.Y as in the template.',
  remedy: 'Write kubernetesVersion as the template does, such as v1.36.',
  source: 'template',
});
const entryVersion = facts({
  id: 'k8s-conformance-url-version',
  severity: 'warning',
  reason: 'k8sConformanceUrl is an entry of another Kubernetes version.',
  remedy: 'Link to the base conformance entry of the same Kubernetes version.',
  source: 'FAQ: base Kubernetes conformance of the same version comes first',
});

/** Folder, kubernetesVersion and k8sConformanceUrl tell the same Kubernetes version. */
export const kubernetesVersion = strictRule([notFolder, patch, entryVersion], function* (submission) {
  const { version } = submission;
  if (version === undefined) return;
  const own = field(submission, 'kubernetesVersion');
  const text = own?.value.trim() ?? '';
  if (own && text !== '' && !/^\[.*\]$/.test(text)) {
    const minor = /^v?(\d+\.\d+)(?![\d])/.exec(text)?.[1];
    if (minor !== version) {
      const message = `kubernetesVersion is ${text}, but the folder is v${version}.`;
      yield notFolder.at(own, 'kubernetesVersion', message);
    } else if (text !== `v${version}`) {
      const message = `kubernetesVersion is ${text}; the template writes v${version}.`;
      yield patch.at(own, 'kubernetesVersion', message, {
        remedy: `Write v${version}, or leave it: both were accepted.`,
      });
    }
  }
  const entry = field(submission, 'k8sConformanceUrl');
  const other = entry && /\/k8s-conformance\/(?:tree|blob)\/[^/]+\/v(\d+\.\d+)\//.exec(entry.value)?.[1];
  if (entry && other !== undefined && other !== version) {
    const message = `k8sConformanceUrl is the entry of v${other}, but this submission is for v${version}.`;
    yield entryVersion.at(entry, 'k8sConformanceUrl', message);
  }
});
