import { isDeepStrictEqual } from 'node:util';
import { list, read, text } from '../read-field.ts';
import type { FieldChange } from './change.ts';

/** What each of them takes or adds beside what was asked (LimitRange, defaults of namespaces) changes no verdict. */
const ORDINARY = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** How one container was stored otherwise than it was sent; `pod`: the specs around it, whose security context counts where it has none. */
export function containerChanges(
  field: string,
  sent: unknown,
  stored: unknown,
  pod: { readonly sent: unknown; readonly stored: unknown },
): readonly FieldChange[] {
  return [
    ...commands(field, sent, stored),
    ...environment(field, sent, stored),
    ...resources(field, sent, stored),
    ...security(field, sent, stored, pod),
  ];
}

function commands(field: string, sent: unknown, stored: unknown): FieldChange[] {
  const changed = ['command', 'args'].flatMap((one): FieldChange[] =>
    isDeepStrictEqual(list(sent, one), list(stored, one))
      ? []
      : [{ field: `${field}.${one}`, sent: read(sent, one), stored: read(stored, one), matters: true }],
  );
  const [was, is] = [text(sent, 'image'), text(stored, 'image')];
  // Mirrors and digests: another name for the same image, until the kubelet says otherwise.
  const image: FieldChange[] = was === is ? [] : [{ field: `${field}.image`, sent: was, stored: is, matters: false }];
  return [...changed, ...image];
}

function environment(field: string, sent: unknown, stored: unknown): FieldChange[] {
  const kept = new Map(list(stored, 'env').map((one) => [text(one, 'name'), one]));
  return list(sent, 'env').flatMap((one): FieldChange[] => {
    const name = text(one, 'name');
    const found = kept.get(name);
    if (found !== undefined && text(found, 'value') === text(one, 'value')) return [];
    return [{ field: `${field}.env[${name}]`, sent: read(one, 'value'), stored: read(found, 'value'), matters: true }];
  });
}

function resources(field: string, sent: unknown, stored: unknown): FieldChange[] {
  return ['limits', 'requests'].flatMap((of) => {
    const [asked, kept] = [amounts(sent, of), amounts(stored, of)];
    return [...new Set([...Object.keys(asked), ...Object.keys(kept)])].flatMap((name): FieldChange[] => {
      const [was, is] = [asked[name], kept[name]];
      if (quantity(was) === quantity(is)) return [];
      // A limit alone is stored as a request too.
      if (of === 'requests' && was === undefined && quantity(is) === quantity(amounts(sent, 'limits')[name])) return [];
      const matters = was !== undefined || !ORDINARY.has(name);
      return [{ field: `${field}.resources.${of}.${name}`, sent: was, stored: is, matters }];
    });
  });
}

function amounts(container: unknown, of: string): Record<string, unknown> {
  const value = read(container, ['resources', of]);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

const SUFFIXES: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Equal amounts are equal however they are written; what is no amount stays as it is. */
function quantity(value: unknown): unknown {
  const [, digits, suffix = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = suffix === '' ? 1 : SUFFIXES[suffix];
  return digits === undefined || factor === undefined ? value : Number(digits) * factor;
}

/** Fields that decide what a container may do; a container's own come before the pod's. */
const EFFECTIVE = ['runAsUser', 'runAsNonRoot'] as const;

function security(
  field: string,
  sent: unknown,
  stored: unknown,
  pod: { readonly sent: unknown; readonly stored: unknown },
): FieldChange[] {
  const at = (container: unknown, spec: unknown, name: string): unknown =>
    read(container, ['securityContext', name]) ?? read(spec, ['securityContext', name]);
  const changes = EFFECTIVE.flatMap((name): FieldChange[] => {
    const [was, is] = [at(sent, pod.sent, name), at(stored, pod.stored, name)];
    if (was === is || (was === undefined && is === false)) return [];
    return [{ field: `${field}.securityContext.${name}`, sent: was, stored: is, matters: true }];
  });
  const privileged = read(sent, 'securityContext.privileged') === true;
  if (privileged !== (read(stored, 'securityContext.privileged') === true))
    changes.push({
      field: `${field}.securityContext.privileged`,
      sent: privileged,
      stored: !privileged,
      matters: true,
    });
  for (const side of ['add', 'drop']) {
    const [was, is] = [sent, stored].map((one) =>
      list(one, ['securityContext', 'capabilities', side]).map(String).sort(),
    );
    if (!isDeepStrictEqual(was, is))
      changes.push({ field: `${field}.securityContext.capabilities.${side}`, sent: was, stored: is, matters: true });
  }
  return changes;
}
