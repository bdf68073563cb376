/** Fields of JSON that nobody promised. Paths are written with dots; a name that holds a dot goes into an array path. */
export type Path = string | readonly (string | number)[];

/** The value at a path, undefined when anything on the way is missing. `read(pod, 'spec.containers.0.name')`. */
export function read(from: unknown, path: Path): unknown {
  let value = from;
  for (const step of typeof path === 'string' ? path.split('.') : path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The string at a path, `''` when there is none. */
export function text(from: unknown, path: Path): string {
  const value = read(from, path);
  return typeof value === 'string' ? value : '';
}

/** The number at a path, undefined when there is none. */
export function number(from: unknown, path: Path): number | undefined {
  const value = read(from, path);
  return typeof value === 'number' ? value : undefined;
}

/** The list at a path, empty when there is none. */
export function list(from: unknown, path: Path): readonly unknown[] {
  const value = read(from, path);
  return Array.isArray(value) ? value : [];
}

/** The condition of that type in `status.conditions`. */
export function condition(from: unknown, type: string): unknown {
  return list(from, 'status.conditions').find((one) => text(one, 'type') === type);
}
