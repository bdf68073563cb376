import { OFFICIAL_FACTS } from './official-facts.ts';
import type { RuleFacts } from './rule.ts';
import { STRICT_RULES } from './strict/rules.ts';

/** The facts of every rule that can speak in any profile, sorted by id. */
export const CATALOGUE: readonly RuleFacts[] = [
  ...OFFICIAL_FACTS,
  ...STRICT_RULES.flatMap((rule) => rule.facts).map(withoutVoice),
].toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Facts of one rule; undefined for an id that no rule has. */
export function factsOf(id: string): RuleFacts | undefined {
  return CATALOGUE.find((one) => one.id === id);
}

function withoutVoice({ id, severity, profiles, reason, remedy, source }: RuleFacts): RuleFacts {
  return { id, severity, profiles, reason, remedy, source };
}
