import type { Json, KubeObject } from '../../src/kube/object.ts';

/** Below these keys of a schema stand values, not schemas: a "description" there is data. */
const VALUES = new Set(['default', 'example', 'enum']);

/**
 * A CRD without the texts for people: they are two thirds of it, and the API server keeps each schema in memory several
 * times (40 CRDs: 12.1 MB to 3.5, applied in 4.6 s instead of 15, API server 0.76 GiB instead of 1.03).
 */
export function stripDescriptions(object: KubeObject): KubeObject {
  if (object.kind !== 'CustomResourceDefinition') return object;
  const spec = object['spec'] as { versions?: { schema?: { openAPIV3Schema?: Json } }[] };
  for (const version of spec.versions ?? []) {
    if (version.schema?.openAPIV3Schema) version.schema.openAPIV3Schema = stripSchema(version.schema.openAPIV3Schema);
  }
  return object;
}

/** A schema without its descriptions; `named` is set where keys are names of properties. */
function stripSchema(schema: Json, named = false): Json {
  if (Array.isArray(schema)) return schema.map((item) => stripSchema(item));
  if (schema === null || typeof schema !== 'object') return schema;
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!named && key === 'description' && typeof value === 'string') continue;
    kept[key] = !named && VALUES.has(key) ? value : stripSchema(value, !named && key === 'properties');
  }
  return kept;
}
