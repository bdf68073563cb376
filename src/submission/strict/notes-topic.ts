import type { Entry } from '../submission.ts';
import { isImplemented, subjectOf } from './entry-facts.ts';
import { facts, strictRule } from './strict-rule.ts';

const otherTopic = facts({
  id: 'notes-about-other-requirement',
  severity: 'warning',
  reason: 'The notes of a requirement speak about another requirement only.',
  remedy: 'Say what was done for this requirement.',
  source: 'instructions: notes explain the evidence of their own requirement',
});
const otherVersion = facts({
  id: 'notes-about-other-version',
  severity: 'info',
  reason: 'The notes speak about another Kubernetes version only.',
  remedy: 'Say what is true of this version.',
  source: 'terms 5.4: each version is a platform of its own',
});

/** Notes that are about something else, where words decide it beyond doubt. */
export const notesTopic = strictRule([otherTopic, otherVersion], function* (submission) {
  for (const entry of submission.entries) {
    const text = entry.notes?.value ?? '';
    if (!entry.notes || text.length > 20_000) continue;
    const subject = subjectOf(entry);
    const topic = foreignTopic(entry, text);
    if (topic !== undefined) {
      yield otherTopic.at(entry.notes, subject, `The notes of ${subject} speak about ${topic}, not about ${subject}.`);
    }
    const version = submission.version === undefined ? undefined : foreignVersion(text, submission.version);
    if (version !== undefined) {
      const message = `The notes of ${subject} speak about Kubernetes ${version}, but this submission is for ${submission.version}.`;
      yield otherVersion.at(entry.notes, subject, message);
    }
  }
});

/**
 * Per requirement: words one of which every honest note has (`own`), and a phrase that belongs to it alone (`sign`).
 * Notes are foreign when they lack every own word and carry the sign of exactly one other requirement.
 */
const TOPICS: Readonly<Record<string, { readonly own: RegExp; readonly sign: RegExp }>> = {
  gang_scheduling: {
    own: /gang|all-or-nothing|co-?schedul|kueue|volcano|kai\b|yunikorn|pod ?groups?|batch|slurm|leaderworkerset|schedul/i,
    sign: /gang[- ]schedul/i,
  },
  cluster_autoscaling: {
    own: /autoscal|auto-scal|scal(?:e|es|ed|ing)\b|node ?(?:group|pool)|karpenter|machine|nodes?\b|elastic|bare[- ]?metal/i,
    sign: /cluster[- ]autoscaler|karpenter/i,
  },
  pod_autoscaling: {
    own: /autoscal|auto-scal|hpa\b|horizontalpod|keda|scal(?:e|es|ed|ing)\b|replicas/i,
    sign: /horizontalpodautoscaler|\bhpa\b/i,
  },
  accelerator_metrics: {
    own: /metric|monitor|telemetry|observab|dcgm|exporter|prometheus|utili[sz]ation/i,
    sign: /dcgm[- ]exporter/i,
  },
  ai_service_metrics: {
    own: /metric|monitor|telemetry|observab|prometheus|exporter|scrape|grafana/i,
    sign: /servicemonitor|prometheus exposition/i,
  },
  ai_inference: {
    own: /gateway|rout|traffic|inference|ingress|envoy|istio|traefik|mesh|http/i,
    sign: /gateway api/i,
  },
  robust_controller: {
    own: /operator|controller|crd|custom resource|ray|kubeflow|kserve|webhook|reconcil|framework/i,
    sign: /kuberay|kubeflow trainer/i,
  },
};

function foreignTopic(entry: Entry, text: string): string | undefined {
  const id = entry.id?.value ?? '';
  const own = Object.hasOwn(TOPICS, id) ? TOPICS[id] : undefined;
  if (!own || text.length < 60 || !isImplemented(entry) || own.own.test(text)) return undefined;
  const others = Object.keys(TOPICS).filter((other) => other !== id && TOPICS[other]?.sign.test(text));
  return others.length === 1 ? others[0] : undefined;
}

/** `in 1.34`, `for Kubernetes v1.34`, `on k8s 1.34.2`, but neither `1.34+` nor `1.34 and above` nor `since 1.34`. */
const MENTION =
  /\b(?:in|for|on|kubernetes|k8s)\s+(?:version\s+)?v?(1\.(?:3[3-9]|4\d))(?:\.\d+)?(?![\d.]*\d)(?!\s*(?:\+|and\b|or\b|to\b|onwards?\b|,\s*1\.|\/))/gi;
const OPEN_ENDED =
  /\b(?:since|from|starting|as of|GA in|introduced in|graduated in|stable in|launched|beta in|alpha in)\b/i;

function foreignVersion(text: string, own: string): string | undefined {
  if (names(text, own) || OPEN_ENDED.test(text)) return undefined;
  const named = new Set([...text.matchAll(MENTION)].map(([, minor]) => minor));
  return named.size === 1 ? [...named][0] : undefined;
}

/** True when the text names the version, and not only as part of another number (11.36, 1.360, 0.1.36). */
function names(text: string, version: string): boolean {
  for (let at = text.indexOf(version); at !== -1; at = text.indexOf(version, at + 1)) {
    if (!/[\d.]/.test(text.charAt(at - 1)) && !/\d/.test(text.charAt(at + version.length))) return true;
  }
  return false;
}
