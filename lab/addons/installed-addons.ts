import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';
import type { PreparedAddon } from './prepare-addons.ts';

const RECORD = '.json';

/**
 * Writes down what add-ons are about to apply, in the lab's folder, so that whatever is applied can be removed.
 * @param directory the lab's folder
 */
export function rememberAddons(directory: string, prepared: readonly PreparedAddon[]): void {
  mkdirSync(join(directory, 'addons'), { recursive: true });
  for (const { addon, objects, late } of prepared) {
    const refs = [...objects, ...late].map(({ apiVersion, kind, metadata }) => ({
      apiVersion,
      kind,
      metadata: { name: metadata.name, namespace: metadata.namespace },
    }));
    writeFileSync(recordOf(directory, addon.name), JSON.stringify(refs));
  }
}

/** What an add-on applied (kinds and names), the same order as then; nothing when it is not installed. */
export function recallAddon(directory: string, name: string): KubeObject[] {
  const record = recordOf(directory, name);
  return existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as KubeObject[]) : [];
}

export function forgetAddon(directory: string, name: string): void {
  rmSync(recordOf(directory, name), { force: true });
}

/** Names of the add-ons of a lab, those included that others needed. */
export function installedAddons(directory: string): string[] {
  const folder = join(directory, 'addons');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(RECORD))
    .map((file) => file.slice(0, -RECORD.length))
    .sort();
}

function recordOf(directory: string, name: string): string {
  return join(directory, 'addons', `${name}${RECORD}`);
}
