import { Option } from 'commander';
import { PlimsollError } from '../errors.ts';
import { didYouMean } from '../submission/strict/suggestion.ts';

/** An option with few allowed values; another one is refused with the nearest of them. */
export function choice(flags: string, text: string, values: readonly string[], standard: string): Option {
  const option = new Option(flags, `${text}: ${values.join(', ')}`);
  return option.default(standard).argParser((value: string) => oneOf(`--${option.name()}`, value, values));
}

/**
 * `value` if it is one of the allowed ones.
 * @throws PlimsollError `unknown-value`
 */
export function oneOf<T extends string>(what: string, value: string, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new PlimsollError(
    'unknown-value',
    `${what} cannot be "${value}".${didYouMean(value, values)}`,
    `Choose one of ${values.join(', ')}.`,
  );
}
