import type { Finding } from '../finding.ts';
import { isImplemented } from './entry-facts.ts';
import { citedFiles, type LocalEvidence } from './evidence-item.ts';
import { folderOf } from './product-folder.ts';
import { facts, strictRule } from './strict-rule.ts';

const gangOfOne = facts({
  id: 'evidence-gang-of-one',
  severity: 'warning',
  reason: 'The gangs in the evidence have one member each, so nothing shows all-or-nothing.',
  remedy: 'Use a job with several pods at once (parallelism of 2 or more), and one that does not fit.',
  source: 'checklist: gang_scheduling asks for all-or-nothing scheduling',
});
const testDriver = facts({
  id: 'evidence-test-driver',
  severity: 'warning',
  reason:
    'Isolation is shown with a test of Kubernetes that deploys a simulated driver; it passes without any accelerator.',
  remedy: 'Show with a real accelerator that a pod without a claim, on the same node, does not reach it.',
  source: 'kubernetes/kubernetes test/e2e/dra: the test brings its own driver',
});
const expectedOnly = facts({
  id: 'evidence-without-output',
  severity: 'info',
  reason: 'A file of evidence describes steps and what to expect, but holds no output of a cluster.',
  remedy: 'Add what the commands printed.',
  source: 'instructions: evidence shows that the requirement is met',
});

const LARGEST = 1024 * 1024;

/** Captured evidence that cannot show what it is cited for, where its text decides that with certainty. */
export const weakCaptures = strictRule([gangOfOne, testDriver, expectedOnly], function* (submission) {
  for (const [path, items] of citedFiles(submission)) {
    const found = folderOf(submission).look(path);
    if (found.kind !== 'file' || found.bytes > LARGEST || !/\.(?:md|markdown|txt|log|out|ya?ml)$/i.test(path)) continue;
    const text = folderOf(submission).text(path);
    if (text !== undefined) yield* judge(path, text, items);
  }
});

function* judge(path: string, text: string, items: readonly LocalEvidence[]): Generator<Finding> {
  for (const item of items) {
    if (!isImplemented(item.entry)) continue;
    if (item.subject === 'gang_scheduling' && isGangOfOne(text)) {
      yield gangOfOne.at(item, item.subject, `Every job in ${path} has parallelism: 1; a gang of one shows nothing.`);
    }
    const driver = item.subject === 'secure_accelerator_access' ? SIMULATED.exec(text)?.[0] : undefined;
    if (driver !== undefined) {
      const real = REAL_DEVICE.test(text);
      const message = `${path} cites "${driver}", which runs against a simulated driver${real ? '' : ', and shows no real accelerator'}.`;
      yield testDriver.at(item, item.subject, message, { severity: real ? 'info' : 'warning' });
    }
  }
  const [first] = items;
  // A picture may show the output.
  const pictured = /!\[|<img\b/i.test(text);
  if (first && isImplemented(first.entry) && !pictured && isOnlyExpected(text)) {
    yield expectedOnly.at(first, first.subject, `${path} says what to expect, but holds no output of a cluster.`);
  }
}

const MEMBERS = /^[ \t-]*(parallelism|minMember|minAvailable|minCount|numNodes|size|replicas):\s*["']?(\d+)/gm;

function isGangOfOne(text: string): boolean {
  const counts = [...text.matchAll(MEMBERS)];
  const parallel = counts.filter(([, key]) => key === 'parallelism');
  return parallel.length > 0 && counts.every(([, key, count]) => Number(count) <= 1 || key === 'replicas');
}

/** Tests of Kubernetes' DRA suite, and the driver made for trying DRA without hardware. */
const SIMULATED =
  /must map configs and devices to the right containers|dra-\d+\.k8s\.io|dra-example-driver|gpu\.example\.com/;
/** Output that only a real device gives. */
const REAL_DEVICE =
  /\(UUID: (?:GPU|MIG)-[0-9a-f]{8}|\/dev\/(?:nvidia\d|kfd|dri\/|davinci|accel|neuron\d|vfio\/\d)|NVIDIA-SMI \d|rocm-smi|npu-smi/i;

/** "Expected output" headings, and nowhere a line that a cluster printed. */
function isOnlyExpected(text: string): boolean {
  return (
    /^.{0,40}\bexpected (?:output|result)/im.test(text) &&
    !/^.{0,200}\b(?:Running|Completed|created|Pending|configured|Ready|UUID: |AGE|condition met|deployed)\b/m.test(text)
  );
}
