import { type Finding, passes, type Timeline, undecided } from '../../case-kit/index.ts';
import { expectLook, looksOf, unfinished } from '../metered-service/looks.ts';
import { METRICS } from '../metered-service/metric-names.ts';
import { type OwnWord, sameAsTheirOwn } from './expected.ts';
import { metricsCase } from './judging.ts';
import { ownWord, podsOfMark, servedBy } from './own-word.ts';
import { GROUP, LOOKS, MARKS } from './story.ts';

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
      expectLook(timeline, looksOf(timeline, LOOKS.exact, store), sameAsTheirOwn(words), {
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
  const mark = timeline.mark(MARKS.counted);
  const pods = podsOfMark(timeline, MARKS.counted, timeline.pods({ group: GROUP }));
  if (mark === undefined || pods.length === 0)
    return { findings: [unfinished(timeline, claim, 'nothing was counted')] };
  const words: OwnWord[] = [];
  const counted: string[] = [];
  for (const pod of pods) {
    const word = ownWord(timeline, pod, mark.seq);
    const served = servedBy(timeline, pod.name, mark.seq);
    if (typeof word === 'string') return { findings: [undecided('environment', claim, word, [mark.seq])] };
    const own = word.samples.find((sample) => sample.name === METRICS.requests)?.value;
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
