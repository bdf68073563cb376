import { InvalidArgumentError } from 'commander';

/** A parser for a whole number between two bounds, for commander. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is wanted.`);
    }
    return value;
  };
}

/** Collects the values of an option that may be given several times. */
export function several(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Splits at commas and collects, for options such as `--with a,b --with c`. */
export function commaSeparated(text: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ];
}

/** `KEY=VALUE` (the value may be empty), collected. */
export function keyValue(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, key, value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('KEY=VALUE is wanted.');
  return { ...before, [key]: value };
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** `KEY[=VALUE]:EFFECT` as kubectl writes taints, collected. */
export function taint(text: string, before: readonly Taint[] = []): Taint[] {
  const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? [];
  if (key === undefined) {
    throw new InvalidArgumentError(
      'KEY[=VALUE]:EFFECT is wanted, EFFECT one of NoSchedule, PreferNoSchedule, NoExecute.',
    );
  }
  return [...before, { key, ...(value === undefined ? {} : { value }), effect: effect as Taint['effect'] }];
}
