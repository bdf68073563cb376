const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** A value of an exposition: decimal, `Inf`, `NaN` in any case. Undefined when it is none (`0x1`, `1_000`, `1,5`, `N/A`). */
export function readNumber(word: string): number | undefined {
  if (NUMBER.test(word)) return inRange(Number(word));
  const infinite = INFINITE.exec(word);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  return /^nan$/i.test(word) ? Number.NaN : undefined;
}

/** What is too large for a float64 is no number to Go's parser. */
function inRange(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}
