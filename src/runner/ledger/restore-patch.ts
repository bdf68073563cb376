import { isObject } from '../../kube/object.ts';

type Patch = Record<string, unknown>;

/**
 * The merge patch (RFC 7386) that undoes another one on an object: the values that stand where the patch sets something, and
 * `null` where nothing stands.
 */
export function restorePatch(object: Readonly<Patch>, patch: Readonly<Patch>): Patch {
  return Object.fromEntries(
    Object.entries(patch).map(([key, value]) => {
      const before = Object.hasOwn(object, key) ? object[key] : undefined;
      if (before === undefined) return [key, null];
      return [key, isObject(value) && isObject(before) ? restorePatch(before, value) : before];
    }),
  );
}

/** Does the object stand as the patch left it? False when somebody changed the same fields since. */
export function standsAsSet(object: Readonly<Patch>, patch: Readonly<Patch>): boolean {
  return Object.entries(patch).every(([key, value]) => {
    const now = Object.hasOwn(object, key) ? object[key] : undefined;
    if (value === null) return now === undefined;
    if (isObject(value)) return isObject(now) && standsAsSet(now, value);
    return JSON.stringify(now) === JSON.stringify(value);
  });
}

/** RFC 7386, as the API server applies it. */
export function mergePatched(object: Readonly<Patch>, patch: Readonly<Patch>): Patch {
  const merged: Patch = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isObject(value)) merged[key] = mergePatched(isObject(merged[key]) ? merged[key] : {}, value);
    else merged[key] = value;
  }
  return merged;
}
