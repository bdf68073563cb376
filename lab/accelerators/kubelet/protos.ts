import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PlimsollError } from '../../../src/errors.ts';

const run = promisify(execFile);

/** The kubelet's gRPC interfaces that the lab's plugins speak, by the folder that holds each one's api.proto. */
export const PROTOS = {
  devicePlugin: 'deviceplugin/v1beta1',
  registration: 'pluginregistration/v1',
  dra: 'dra/v1',
  draHealth: 'dra-health/v1',
} as const;
export type ProtoName = keyof typeof PROTOS;

/** Path of one interface's file in a folder made by `prepareProtos`. */
export function protoFile(folder: string, name: ProtoName): string {
  return join(folder, PROTOS[name], 'api.proto');
}

/**
 * The folder with the .proto files of the kubelet that the lab runs. The first call for a version takes them out of the Go
 * module that lab/go/core pins, into the cache; after that no Go is needed.
 * @param core the folder with the go.mod that pins k8s.io/kubelet (lab/go/core)
 * @throws PlimsollError `kubelet-protos` when the module cannot be had.
 */
export async function prepareProtos(core: string, cache = join(homedir(), '.cache/plimsoll')): Promise<string> {
  const version = pinnedKubelet(readFileSync(join(core, 'go.mod'), 'utf8'));
  const folder = join(cache, 'kubelet-protos', version);
  if (existsSync(folder)) return folder;
  const module = await moduleFolder(core);
  const unfinished = `${folder}.${process.pid}`;
  for (const place of Object.values(PROTOS)) {
    const target = join(unfinished, place, 'api.proto');
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(module, 'pkg/apis', place, 'api.proto'), target);
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Somebody else was quicker: theirs is the same.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The version of k8s.io/kubelet in a go.mod; a `replace` line wins over the requirement. */
export function pinnedKubelet(goMod: string): string {
  const replaced = /k8s\.io\/kubelet(?: \S+)? => k8s\.io\/kubelet (v\S+)/.exec(goMod)?.[1];
  const required = /^\s*(?:require )?k8s\.io\/kubelet (v\S+)/m.exec(goMod)?.[1];
  const version = replaced ?? required;
  if (version) return version;
  throw new PlimsollError(
    'kubelet-protos',
    'lab/go/core/go.mod does not name a version of k8s.io/kubelet',
    'The lab takes the interfaces of its plugins from that module: put it back (`go get k8s.io/kubelet`).',
  );
}

async function moduleFolder(core: string): Promise<string> {
  try {
    const { stdout } = await run('go', ['mod', 'download', '-json', 'k8s.io/kubelet'], { cwd: core });
    return (JSON.parse(stdout) as { Dir: string }).Dir;
  } catch (error) {
    throw new PlimsollError(
      'kubelet-protos',
      `the Go module k8s.io/kubelet could not be had: ${String((error as { stderr?: string }).stderr || error).trim()}`,
      'The first `plimsoll lab build` needs Go and its module proxy; later runs use the cache (~/.cache/plimsoll).',
      { cause: error },
    );
  }
}
