import type { RecordedObject } from '../recorded-object.ts';

/**
 * A condition on one object: true, or a sentence that says why not yet (shown live while waiting, kept in the timeline).
 * Pure: the same function serves the act, live, and the judge, on the recorded object. Its name is printed: name it well.
 */
export type Condition = (object: RecordedObject) => true | string;

/** A condition on everything that a target covers at one moment (only objects that exist at that moment are given). */
export type GroupCondition = (objects: readonly RecordedObject[]) => true | string;

/** Gives a condition made at run time the name that is printed. `named(\`on ${node}\`, (pod) => ...)`. */
export function named<F extends Condition | GroupCondition>(name: string, condition: F): F {
  return Object.defineProperty(condition, 'name', { value: name });
}

/** Every object fulfils the condition, and there are exactly `count` of them (at least one: of nothing everything is true). */
export function all(condition: Condition, count: number): GroupCondition {
  if (count < 1) throw new RangeError(`all(${condition.name}, ${count}) would hold of nothing`);
  return named(`${count} × ${condition.name}`, (objects: readonly RecordedObject[]) => {
    const reasons = objects.map(condition).filter((reason) => reason !== true);
    const fulfil = objects.length - reasons.length;
    if (reasons.length === 0 && objects.length === count) return true;
    const first = reasons[0] === undefined ? '' : `: ${reasons[0]}`;
    return `${fulfil} of ${count} ${condition.name}${objects.length > count ? ` (${objects.length} exist)` : ''}${first}`;
  });
}

/** At least `count` objects fulfil the condition. */
export function atLeast(count: number, condition: Condition): GroupCondition {
  return named(`at least ${count} ${condition.name}`, (objects: readonly RecordedObject[]) => {
    const fulfil = objects.filter((object) => condition(object) === true).length;
    return fulfil >= count ? true : `${fulfil} of ${count} ${condition.name}`;
  });
}

/** Exactly `count` objects fulfil the condition. */
export function exactly(count: number, condition: Condition): GroupCondition {
  return named(`exactly ${count} ${condition.name}`, (objects: readonly RecordedObject[]) => {
    const fulfil = objects.filter((object) => condition(object) === true).length;
    return fulfil === count ? true : `${fulfil} instead of ${count} ${condition.name}`;
  });
}

/** No object is there. */
export function none(objects: readonly RecordedObject[]): true | string {
  return objects.length === 0 ? true : `${objects.length} still there, first ${objects[0]?.metadata.name ?? ''}`;
}
