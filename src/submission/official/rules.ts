import type { Profile, Rule } from '../rule.ts';

/** The checks of one official validator: the newest (`official`) or the one of 2026-08-19 (`official-2026-08`). */
export function officialRules(profile: Exclude<Profile, 'strict'>): readonly Rule[] {
  return profile === 'official' ? [] : [];
}
