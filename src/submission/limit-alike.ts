import type { Finding } from './finding.ts';

/** A person corrects a rule's findings about one subject after the first few; a file with 100,000 of them is an attack. */
const MAX_ALIKE = 50;

/** The first findings of each rule about each subject; the last one that is kept says how many more there are. */
export function limitAlike(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  for (const one of findings) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return findings.flatMap((one) => {
    const key = keyOf(one);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    if (number > MAX_ALIKE) return [];
    const more = (counts.get(key) ?? 0) - MAX_ALIKE;
    return number === MAX_ALIKE && more > 0
      ? [{ ...one, message: `${one.message} (and ${more} more like this)` }]
      : [one];
  });
}

function keyOf({ rule, subject }: Finding): string {
  return `${rule} ${subject}`;
}
