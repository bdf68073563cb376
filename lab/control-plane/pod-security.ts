/** Pod Security levels that a lab can have by default; `privileged` (everything is allowed) is what Kubernetes has. */
export const POD_SECURITY_LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** Namespaces of Kubernetes itself, which no platform holds to such a level. */
const EXEMPT = ['kube-system', 'kube-public', 'kube-node-lease'];
/** What `lab up` puts on the namespaces of add-ons: with a label of their own they do not fall under the default. */
export const EXEMPT_LABELS = { 'pod-security.kubernetes.io/enforce': 'privileged' } as const;

/** AdmissionConfiguration, as JSON (which is YAML): the level holds for every namespace without a label of its own. */
export function admissionConfig(level: PodSecurityLevel): string {
  const defaults = Object.fromEntries(
    ['enforce', 'audit', 'warn'].flatMap((mode) => [
      [mode, level],
      [`${mode}-version`, 'latest'],
    ]),
  );
  const configuration = {
    apiVersion: 'pod-security.admission.config.k8s.io/v1',
    kind: 'PodSecurityConfiguration',
    defaults,
    exemptions: { usernames: [], runtimeClasses: [], namespaces: EXEMPT },
  };
  const config = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [{ name: 'PodSecurity', configuration }],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
