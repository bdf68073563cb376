import { checklist } from '../../program/checklist.ts';

/** The fictional vendor of all synthetic submissions. */
export const VENDOR = 'Meerstern Systems';
/** Another release for each Kubernetes version, as vendors do. */
const releaseFor = (version: string): string => `7.2.${version.split('.')[1]}`;
const docsOf = (version: string): string => `https://docs.meerstern.cloud/platform/${releaseFor(version)}`;

export interface SyntheticEntry {
  id?: unknown;
  description?: unknown;
  level?: unknown;
  status?: unknown;
  evidence?: unknown;
  notes?: unknown;
  [key: string]: unknown;
}

export interface SyntheticDocument {
  metadata: Record<string, unknown>;
  spec: Record<string, SyntheticEntry[]>;
  [key: string]: unknown;
}

/** Stands for the official description, which the project does not contain. */
export function descriptionOf(id: string, version: string): string {
  return `Synthetic description of ${id}, as the checklist of ${version} would have it.`;
}

/** The entry of a requirement; throws when the test names one that is not there. */
export function entryOf(document: SyntheticDocument, id: string): SyntheticEntry {
  const found = Object.values(document.spec)
    .flat()
    .find((entry) => entry.id === id);
  if (!found) throw new Error(`no entry ${id}`);
  return found;
}

/** Notes that say what was done; each of its own, about its own requirement. */
const NOTES: Readonly<Record<string, string>> = {
  dra_support: 'A claim for one accelerator was allocated by the driver and the pod that holds it ran.',
  driver_runtime_management: 'The operator installed the driver on two nodes and reports its version on each of them.',
  gpu_sharing: 'Four pods shared one accelerator by time slicing and all of them ran at once.',
  virtualized_accelerator: 'Two virtual devices of one card were handed to two pods like physical ones.',
  ai_inference: 'Two backends behind one HTTPRoute got 80 and 20 of 100 requests, and a header chose the second one.',
  advanced_inference_ingress: 'An inference pool sent requests of one prefix to the replica that had it in its cache.',
  high_performance_networking: 'A pod got a second interface by a claim and reached its peer over RDMA.',
  disaggregated_inference: 'Prefill and decode ran as separate deployments and answered a completion together.',
  gang_scheduling:
    'A gang of four pods on two free places started no pod; it started as a whole when places became free.',
  cluster_autoscaling:
    'Pending pods brought a node with an accelerator within four minutes; it left after the pods did.',
  pod_autoscaling: 'The autoscaler raised three replicas to six on queue length and took them back afterwards.',
  accelerator_metrics: 'Utilisation and memory of every accelerator are exported, and rose while a workload ran.',
  ai_service_metrics: 'The monitoring found the inference server by its labels and collected its request counter.',
  secure_accelerator_access:
    'A pod without a request, on the same node, found no device; the pod with one found its own.',
  workload_sandboxing: 'Untrusted code in a sandbox saw another kernel than the node has.',
  robust_controller: 'The operator repaired a deleted worker, and its webhook refused an invalid resource.',
};

/** A submission that nobody objects to, for any version of the programme. */
export function cleanDocument(version: string, product: string): SyntheticDocument {
  const spec: Record<string, SyntheticEntry[]> = {};
  for (const { id, category, level } of checklist(version)?.requirements ?? []) {
    const entries = spec[category] ?? [];
    spec[category] = entries;
    const evidence = [`${docsOf(version)}/conformance/${id.replaceAll('_', '-')}`, ...localEvidence(id, version)];
    const notes = NOTES[id] ?? `Shown on a cluster (${id}).`;
    entries.push({ id, description: descriptionOf(id, version), level, status: 'Implemented', evidence, notes });
  }
  return { metadata: metadata(version, product), spec };
}

function metadata(version: string, product: string): Record<string, unknown> {
  return {
    kubernetesVersion: `v${version}`,
    platformName: 'Meerstern Platform',
    platformVersion: releaseFor(version),
    vendorName: VENDOR,
    websiteUrl: 'https://www.meerstern.cloud/platform',
    repoUrl: 'https://github.com/meerstern/platform',
    documentationUrl: docsOf(version),
    productLogoUrl: 'https://www.meerstern.cloud/brand/platform.svg',
    description: 'A Kubernetes platform for ships that carry their own accelerators.',
    contactEmailAddress: 'conformance@meerstern.cloud',
    k8sConformanceUrl: `https://github.com/cncf/k8s-conformance/tree/master/v${version}/${product}`,
  };
}

/** Requirements with an automated test cite its result; gang scheduling has captured output of its own. */
function localEvidence(id: string, version: string): string[] {
  const test = checklist(version)?.requirements.find((one) => one.id === id)?.automatedTest;
  return [...(id === 'gang_scheduling' ? ['gang.md'] : []), ...(test === undefined ? [] : ['junit.xml'])];
}

/** The files that a clean document cites. */
export function cleanFiles(version: string): Readonly<Record<string, string>> {
  const tests = ['TestSecureAcceleratorAccess', 'TestGangScheduling', 'TestAcceleratorClusterAutoscaling'];
  const cases = tests.map(
    (name) => `  <testcase classname="conformance" name="${name}" time="61.${version.split('.')[1]}"></testcase>`,
  );
  return {
    'gang.md': [
      '# Gang scheduling',
      '',
      '## What was done',
      '',
      '```',
      `Server Version: v${version}.2`,
      'parallelism: 4',
      'job.batch/gang created',
      '```',
      '',
    ].join('\n'),
    'junit.xml': `<?xml version="1.0"?>\n<testsuites>\n<testsuite name="conformance" tests="3">\n${cases.join('\n')}\n</testsuite>\n</testsuites>\n`,
  };
}
