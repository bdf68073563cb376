import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../src/kube/object.ts';

/** Sets top-level fields of the controller's configuration that a ConfigMap holds as YAML text. */
export function setConfig(
  map: KubeObject,
  fields: Readonly<Record<string, unknown>>,
  file = 'controller_manager_config.yaml',
): void {
  const data = map['data'] as Record<string, string> | undefined;
  const text = data?.[file];
  if (!data || text === undefined) throw new Error(`the ConfigMap ${map.metadata.name} has no ${file}`);
  data[file] = stringify({ ...(parse(text) as Record<string, unknown>), ...fields });
}
