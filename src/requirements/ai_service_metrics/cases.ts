import {
  all,
  type Case,
  expectAnswer,
  expectEventually,
  type Finding,
  fails,
  metered,
  passes,
  type RecordedObject,
  read,
  ready,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { collectedWhenAsked } from './collected-when-asked.ts';
import { COUNTED, freshWithin, GROUP, JOINED, LOOKS, P, type Params, REPLACED } from './instances.ts';
import {
  both,
  countersStandAt,
  gaugesSay,
  metricsCase,
  type OwnWord,
  one,
  onlySuccessorsAreThere,
  ownWord,
  podsOf,
  sameAsTheirOwn,
  servedBy,
} from './series.ts';

const RUN = ['metadata', 'labels', 'plimsoll.dev/run'] as const;

/** R0: the store is the platform's, it answers, and it knows nothing yet of what is going to be counted. */
export const storeAnswers = metricsCase({
  id: 'ai_service_metrics/store-answers',
  title: "The platform's own monitoring system answers queries, truthfully",
  judge: (timeline, { store }) => [
    expectAnswer(timeline, { name: 'get', method: 'GET' }, (answer) => isThePlatforms(answer.body), {
      claim: `${store.title} is the platform's own: it was not made by this tool`,
      otherwise: `${store.title} was made by this tool`,
    }),
    metered.expectLook(timeline, metered.looksOf(timeline, LOOKS.answers, store), one, {
      claim: `${store.title} answers a query whose result is known`,
      otherwise: `${store.title} does not answer a query whose result is known (vector(1))`,
      poll: LOOKS.answers,
      remedy: 'See whether what answers the queries reaches its storage.',
    }),
    knowsNothingYet(timeline, { store }),
  ],
});

function isThePlatforms(body: unknown): true | string {
  const object = body as RecordedObject | undefined;
  const run = text(object, [...RUN]);
  if (run !== '') return `it carries the label of run ${run}`;
  return read(object, 'metadata.uid') !== undefined || 'it was not read';
}

function knowsNothingYet(timeline: Timeline, { store }: Pick<Params, 'store'>): Finding {
  const claim = 'the store knows no series of the run before its pods exist';
  const [look] = metered.looksOf(timeline, LOOKS.absent, store);
  if (look === undefined) return metered.unfinished(timeline, claim, 'it was not asked');
  if (typeof look.series === 'string') return metered.unfinished(timeline, claim, look.series, look.evidence);
  if (look.series.length === 0) return passes(claim, 'it answered with no series', look.evidence);
  const message = `the store already had ${look.series.length} series under a name that nobody had used`;
  return fails(claim, message, look.evidence, 'See what answers the queries: it does not heed them.');
}

/**
 * R2: what is in the store is what the pods counted, to the last request: counters, every bucket of the histogram, its sum, tokens and the
 * gauge, once for each pod, under their own labels.
 */
export const exactValues = metricsCase({
  id: 'ai_service_metrics/exact-values',
  title: 'The store holds exactly what the pods counted: each request, each bucket, each label, once',
  judge(timeline, { store }) {
    const { words, findings } = ownWords(timeline);
    if (words === undefined) return findings;
    return [
      ...findings,
      metered.expectLook(timeline, metered.looksOf(timeline, LOOKS.exact, store), sameAsTheirOwn(words), {
        claim:
          'every sample that the pods show is in the store once, with the same labels and the same value, and nothing else is',
        otherwise: 'what is in the store is not what the pods show',
        poll: LOOKS.exact,
        remedy:
          'See the relabelling rules of the collector (relabelConfigs, metricRelabelConfigs), and whether replicas of it are deduplicated.',
      }),
    ];
  },
});

/** What the pods say themselves, held against the requests that they answered: if these differ, our own measure is wrong. */
function ownWords(timeline: Timeline): { words?: readonly OwnWord[]; findings: readonly Finding[] } {
  const claim = 'the pods themselves count each request that they answered (control)';
  const mark = timeline.mark(COUNTED);
  const pods = podsOf(timeline, COUNTED, timeline.pods({ group: GROUP }));
  if (mark === undefined || pods.length === 0)
    return { findings: [metered.unfinished(timeline, claim, 'nothing was counted')] };
  const words: OwnWord[] = [];
  const counted: string[] = [];
  for (const pod of pods) {
    const word = ownWord(timeline, pod, mark.seq);
    const served = servedBy(timeline, pod.name, mark.seq);
    if (typeof word === 'string') return { findings: [undecided('environment', claim, word, [mark.seq])] };
    const own = word.samples.find((sample) => sample.name === metered.METRICS.requests)?.value;
    if (own !== served) {
      const message = `pod ${pod.name} answered ${served} requests and counts ${own ?? 'none'}`;
      return {
        findings: [
          undecided(
            'environment',
            claim,
            message,
            [mark.seq],
            'See what sends requests to the pods of the run, or repeats them.',
          ),
        ],
      };
    }
    words.push(word);
    counted.push(`${pod.name} ${served}`);
  }
  return { words, findings: [passes(claim, `requests answered and counted: ${counted.join(', ')}`, [mark.seq])] };
}

/** R4: more requests, and a gauge that falls, are in the store within two scrapes and half a minute. */
export const staysFresh = metricsCase({
  id: 'ai_service_metrics/stays-fresh',
  title: 'What the pods count later on reaches the store within two scrapes and half a minute',
  judge(timeline, { store, collector }) {
    const pods = podsOf(timeline, COUNTED, timeline.pods({ group: GROUP }));
    const until = timeline.mark(P.collected.to)?.seq ?? 0;
    const counts = new Map(pods.map((pod) => [pod, servedBy(timeline, pod.name, until)] as const));
    const within = freshWithin(metered.scrapeInterval(collector)) / 1000;
    return [
      metered.expectLook(
        timeline,
        metered.looksOf(timeline, LOOKS.fresh, store),
        both(countersStandAt(counts), gaugesSay(pods, 0)),
        {
          claim: `the store follows the pods within ${within} s: counters that rise and a gauge that falls`,
          otherwise: `the store did not follow the pods within ${within} s`,
          poll: LOOKS.fresh,
          remedy:
            'See whether the collector still scrapes, and whether what it writes reaches the store (remote write, queues).',
        },
      ),
    ];
  },
});

/** R3: a pod that joins is found without another word to the collector; a pod that goes takes its series along, its successor is found. */
export const followsTheReplicas = metricsCase({
  id: 'ai_service_metrics/follows-the-replicas',
  title: 'A pod that joins the service is collected without a change of configuration, and one that goes is no longer',
  judge(timeline, { store }) {
    const pods = timeline.pods({ group: GROUP });
    const joined = podsOf(timeline, JOINED, pods);
    const successors = podsOf(timeline, REPLACED, pods);
    const until = timeline.mark(JOINED)?.seq ?? 0;
    const counts = new Map(joined.map((pod) => [pod, servedBy(timeline, pod.name, until)] as const));
    const [gone = { name: 'none', ips: [] }] = joined;
    return [
      expectEventually(pods, all(ready, 3), timeline.between(P.joins.from, JOINED), {
        claim: 'a third pod joins the service',
        otherwise: 'the third pod did not become ready',
      }),
      metered.expectLook(timeline, metered.looksOf(timeline, LOOKS.third, store), countersStandAt(counts), {
        claim: 'the pod that joined is collected, exactly, without a change of configuration',
        otherwise: 'the pod that joined was not collected',
        poll: LOOKS.third,
        remedy:
          'See whether the collector watches pods and endpoints, or only reads them when its configuration changes.',
      }),
      metered.expectLook(
        timeline,
        metered.looksOf(timeline, LOOKS.gone, store),
        onlySuccessorsAreThere(gone, successors),
        {
          claim: 'the series of a removed pod end, and its successor is collected',
          otherwise: 'the store does not follow the removal of a pod',
          poll: LOOKS.gone,
          remedy: 'See whether the collector lets targets go and marks their series as ended.',
        },
      ),
    ];
  },
});

/** AI service metrics (KAR-0061): R0; R1, N1; R2; R3; R4 of the design, for each collector, of which one suffices. */
export const cases: readonly Case[] = [storeAnswers, collectedWhenAsked, exactValues, followsTheReplicas, staysFresh];
