import { isDeepStrictEqual } from 'node:util';
import { PlimsollError } from '../../../src/errors.ts';
import type { PlacedObject } from '../../control-plane/bootstrap-objects.ts';
import type { SetupObject } from './setup.ts';
import { setupNamed } from './setups.ts';

/**
 * The objects of these set-ups, each once, namespaces first.
 * @throws PlimsollError `setup-conflict` when two of them want the same object otherwise; `unknown-setup`
 */
export function setupObjects(names: readonly string[]): PlacedObject[] {
  const wanted = new Map<string, { object: SetupObject; setup: string }>();
  for (const setup of new Set(names)) {
    for (const object of setupNamed(setup).objects) {
      const path = pathOf(object);
      const other = wanted.get(path);
      if (other === undefined) wanted.set(path, { object, setup });
      else if (!isDeepStrictEqual(other.object, object)) throw conflict(object, other.setup, setup);
    }
  }
  const placed = [...wanted].map(([path, { object }]): PlacedObject => ({ path, object }));
  return [
    ...placed.filter(({ object }) => isNamespace(object)),
    ...placed.filter(({ object }) => !isNamespace(object)),
  ];
}

const isNamespace = (object: PlacedObject['object']): boolean => object['kind'] === 'Namespace';

/** Plurals of the kinds that set-ups bring; all are regular but these. */
const PLURALS: Readonly<Record<string, string>> = { DeviceClass: 'deviceclasses', RuntimeClass: 'runtimeclasses' };

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: SetupObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const folder = namespace === undefined ? group : `${group}/namespaces/${namespace}`;
  return `${folder}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}/${name}`;
}

function conflict({ kind, metadata }: SetupObject, one: string, other: string): PlimsollError {
  return new PlimsollError(
    'setup-conflict',
    `the accelerator set-ups ${one} and ${other} cannot be in one lab: each wants ${kind} ${metadata.name} its own way`,
    'Bring up a lab for each of them: labs of different names run side by side.',
  );
}
