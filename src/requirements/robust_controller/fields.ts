import { isObject, read } from '../../case-kit/index.ts';
import type { FieldSet } from '../../inventory/operator-profile.ts';

type Steps = readonly string[];

/** The object with these fields set; what is missing on the way is made. The object itself stays as it is. */
export function withFields<T>(object: T, sets: readonly FieldSet[]): T {
  return sets.reduce((whole, { field, to }) => withField(whole, field.split('.'), to) as T, object);
}

function withField(value: unknown, [step, ...rest]: Steps, to: unknown): unknown {
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    copy[Number(step)] = withField(copy[Number(step)], rest, to);
    return copy;
  }
  const fields = isObject(value) ? value : {};
  return { ...fields, [step]: withField(fields[step], rest, to) };
}

/** The JSON merge patch that sets these fields of `current`: a list on the way is sent as a whole, as such patches demand. */
export function mergePatch(current: unknown, sets: readonly FieldSet[]): Record<string, unknown> {
  const wanted = withFields(current, sets);
  return sets.reduce<Record<string, unknown>>((patch, { field }) => {
    const steps = field.split('.');
    const list = steps.findIndex((_, index) => index > 0 && Array.isArray(read(current, steps.slice(0, index))));
    const until = list < 0 ? steps : steps.slice(0, list);
    return withField(patch, until, read(wanted, until)) as Record<string, unknown>;
  }, {});
}

/** The fields of `sets` that the answer of the API server does not have: the served schema does not know them. */
export function unknownFields(answered: unknown, sets: readonly FieldSet[]): string[] {
  return sets
    .filter(({ field, to }) => to !== null && read(answered, field.split('.')) === undefined)
    .map(({ field }) => field);
}
