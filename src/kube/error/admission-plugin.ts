/**
 * Who refused, in an admission refusal's own words; undefined when the message is none.
 * Sources: k8s.io/apiserver (webhook errors, ValidatingAdmissionPolicy), k8s.io/pod-security-admission, plugin/pkg/admission.
 */
export function admissionPlugin(said: string): string | undefined {
  const webhook = /admission webhook "([^"]+)" denied the request/.exec(said);
  if (webhook !== null) return `webhook ${webhook[1]}`;
  const policy = /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request/.exec(said);
  if (policy !== null) return `policy ${policy[1]}`;
  if (/is forbidden: violates PodSecurity/.test(said)) return 'PodSecurity';
  if (/exceeded quota:|failed quota:|is forbidden: .*quota/.test(said)) return 'ResourceQuota';
  if (/because it is being terminated/.test(said)) return 'namespace is terminating';
  if (/error looking up service account|no API token found for service account/.test(said)) return 'ServiceAccount';
  if (/no PriorityClass with name/.test(said)) return 'Priority';
  if (/pod rejected: RuntimeClass|RuntimeClass "[^"]+" not found/.test(said)) return 'RuntimeClass';
  if (/is forbidden: \[?(maximum|minimum) .* per (Container|Pod|PersistentVolumeClaim)/.test(said))
    return 'LimitRanger';
  if (/ is forbidden: /.test(said)) return 'admission';
  return undefined;
}
