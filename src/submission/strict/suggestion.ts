import { closest, distance } from 'fastest-levenshtein';

/** Longer than any word that is suggested; comparing takes time of the square of the length. */
const LONGEST = 200;
const plain = (text: string): string => text.toLowerCase().replace(/[_\-\s.]/g, '');

/** The known word that someone meant by `word`, or undefined when none is near (a third of its letters may differ). */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > LONGEST) return undefined;
  const wanted = plain(word);
  const candidates = known.map(plain);
  const best = closest(wanted, candidates);
  const limit = Math.max(1, Math.floor(Math.max(wanted.length, best.length) / 3));
  return distance(wanted, best) <= limit ? known[candidates.indexOf(best)] : undefined;
}

/** ` Did you mean X?` or nothing, to put behind a sentence. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggestion(word, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}
