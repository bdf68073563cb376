import {
  type Condition,
  condition,
  type GroupCondition,
  list,
  named,
  number,
  type RecordedObject,
  read,
  running,
  text,
} from '../../case-kit/index.ts';
import type { StateCheck } from '../../inventory/operator-profile.ts';

/**
 * The object's status says all of this, and says it of the object as it is now: where it names a generation (its own or a
 * condition's), it is the present one. `since`: the generation must be at least so new.
 */
export function says(checks: readonly StateCheck[], since = 0): Condition {
  const name = `says ${checks.map(showCheck).join(', ')}${since > 0 ? ` of generation ${since}` : ''}`;
  return named(name, (object: RecordedObject) => {
    const generation = number(object, 'metadata.generation') ?? 0;
    if (generation < since) return `it is of generation ${generation} yet`;
    const observed = number(object, 'status.observedGeneration');
    if (observed !== undefined && observed < generation)
      return `its status is of generation ${observed}, the object of ${generation}`;
    for (const check of checks) {
      const reason = 'condition' in check ? conditionIs(object, check, generation) : fieldIs(object, check);
      if (reason !== true) return reason;
    }
    return true;
  });
}

function showCheck(check: StateCheck): string {
  return 'condition' in check ? `${check.condition}=${check.is}` : `${check.field}=${String(check.is)}`;
}

function conditionIs(
  object: RecordedObject,
  { condition: type, is }: StateCheck & { condition: string },
  generation: number,
): true | string {
  const found = condition(object, type);
  if (found === undefined) return `no condition ${type} yet`;
  const observed = number(found, 'observedGeneration') ?? 0;
  if (observed > 0 && observed < generation) return `its condition ${type} is of generation ${observed}`;
  const said = [text(found, 'reason'), text(found, 'message')].filter((part) => part !== '').join(': ');
  return text(found, 'status') === is || `${type}=${text(found, 'status')}${said === '' ? '' : ` (${said})`}`;
}

function fieldIs(object: RecordedObject, { field, is }: StateCheck & { field: string }): true | string {
  const found = read(object, field.split('.'));
  return (found ?? null) === is || `${field} is ${found === undefined ? 'not there' : JSON.stringify(found)}`;
}

/** Exactly `count` objects have the owner for their controller and are not going; those of `except` do not count. */
export function childrenOf(owner: string, count: number, except: readonly string[] = []): GroupCondition {
  const name = `${count} made by the operator${except.length > 0 ? ' anew' : ''}`;
  return named(name, (objects: readonly RecordedObject[]) => {
    const own = objects.filter((object) => isChild(object, owner) && !except.includes(object.metadata.uid ?? ''));
    return own.length === count || `${own.length} of ${count} are there`;
  });
}

/** Is the owner its controller, and is it there to stay? */
export function isChild(object: RecordedObject, owner: string): boolean {
  const controllers = list(object, 'metadata.ownerReferences').filter((one) => read(one, 'controller') === true);
  return object.metadata.deletionTimestamp === undefined && controllers.some((one) => text(one, 'uid') === owner);
}

/** Exactly `count` pods run and none of them is going; those of `except` do not count. With 0: no pod is left that could run. */
export function podsRun(count: number, except: readonly string[] = []): GroupCondition {
  const name = count === 0 ? 'no pods' : `${count} pods running${except.length > 0 ? ' anew' : ''}`;
  return named(name, (pods: readonly RecordedObject[]) => {
    const counted = pods.filter((pod) => !except.includes(pod.metadata.uid ?? ''));
    const over = (pod: RecordedObject): boolean => ['Succeeded', 'Failed'].includes(text(pod, 'status.phase'));
    const there = counted.filter((pod) => !over(pod));
    if (count === 0) return there.length === 0 || `${there.length} pods are still there`;
    const run = there.filter((pod) => pod.metadata.deletionTimestamp === undefined && running(pod) === true);
    if (run.length === count) return true;
    const waiting = there.map(running).find((reason) => reason !== true);
    return `${run.length} of ${count} run${waiting === undefined ? '' : `: ${String(waiting)}`}`;
  });
}

/** The field has that value again, after a change that made the given generation. */
export function putBack(field: string, value: unknown, generation: number): Condition {
  return named(`${field} put back`, (object: RecordedObject) => {
    const now = number(object, 'metadata.generation') ?? 0;
    if (now <= generation) return 'nothing was changed about it since';
    const found = read(object, field.split('.'));
    return JSON.stringify(found) === JSON.stringify(value) || `${field} is ${JSON.stringify(found) ?? 'not there'}`;
  });
}

/** The condition on the only object there is. */
export function only(what: Condition): GroupCondition {
  const check = (objects: readonly RecordedObject[]): true | string =>
    objects[0] === undefined ? 'it is not there' : what(objects[0]);
  return named(what.name, check);
}
