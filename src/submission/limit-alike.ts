import type { Finding } from './finding.ts';

/** A person corrects a rule's findings about one subject after the first few; a file with 100,000 of them is an attack. */
const MOST_ALIKE = 50;

interface Tally {
  kept: number;
  last: number;
  more: number;
}

/**
 * The first findings of each rule about each subject, and of each rule (`mostOfRule`; as many as there are unless told); the last one
 * that is kept says how many more there are. What a check finds passes through here once, as it is found.
 */
export function limitAlike(found: Iterable<Finding>, mostOfRule = Number.POSITIVE_INFINITY): readonly Finding[] {
  const kept: Finding[] = [];
  const tallies = new Map<string, Tally>();
  const tallyOf = (key: string): Tally => {
    const tally = tallies.get(key) ?? { kept: 0, last: 0, more: 0 };
    tallies.set(key, tally);
    return tally;
  };
  for (const finding of found) {
    const ofRule = tallyOf(finding.rule);
    if (ofRule.kept >= mostOfRule) {
      ofRule.more += 1;
      continue;
    }
    const alike = tallyOf(`${finding.rule} ${finding.subject}`);
    if (alike.kept >= MOST_ALIKE) {
      alike.more += 1;
      continue;
    }
    kept.push(finding);
    for (const tally of [ofRule, alike]) {
      tally.kept += 1;
      tally.last = kept.length - 1;
    }
  }
  for (const { last, more } of tallies.values()) {
    const end = kept[last];
    if (more > 0 && end) kept[last] = { ...end, message: `${end.message} (and ${more} more like this)` };
  }
  return kept;
}
