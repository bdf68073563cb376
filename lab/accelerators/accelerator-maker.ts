import { join } from 'node:path';
import { cacheRoot } from '../build/cache.ts';
import { ensureBinaries } from '../build/ensure-binaries.ts';
import type { AcceleratorMaker, AcceleratorMode, NodeAccelerators, NodePlan, Service } from '../node/node.ts';
import { silent } from '../progress/progress.ts';
import { projectFile } from '../project-root.ts';
import { type Accelerator, COUNT_LABEL, DRIVER_VERSION_LABEL, devicePath, MODEL_LABEL } from './accelerator.ts';
import { driverVersion } from './driver-version.ts';
import { prepareProtos } from './kubelet/protos.ts';
import { type AcceleratorShape, DEFAULT_SHAPE, makeAccelerators, releaseAccelerators } from './make-accelerators.ts';
import { setupNamed } from './setups/setups.ts';

type Mode = Exclude<AcceleratorMode, 'none'>;

/** The program that hands a node's accelerators out, and the name of its log. */
const DRIVERS: Record<Mode, string> = { 'device-plugin': 'device-plugin', dra: 'dra-driver' };

/**
 * Makes the accelerators of nodes: devices of the kernel, their nodes in /dev, the driver that hands them out, labels.
 * @param shape model and memory of the devices that are made anew
 */
export function acceleratorMaker(shape: AcceleratorShape = DEFAULT_SHAPE): AcceleratorMaker {
  return {
    async make(plan: NodePlan, count: number, mode: Mode, driver?: string): Promise<NodeAccelerators> {
      const protos = await prepareProtos(projectFile('lab/go/core'), cacheRoot());
      const folder = join(plan.directory, 'accelerators');
      const accelerators = await makeAccelerators(folder, plan.name, count, shape);
      return {
        accelerators: accelerators.map((accelerator) => ({
          index: accelerator.index,
          uuid: accelerator.uuid,
          path: devicePath(accelerator),
          blockDevice: `loop${accelerator.loop}`,
        })),
        devices: accelerators.map((accelerator) => ({
          path: devicePath(accelerator),
          type: 'block',
          major: accelerator.major,
          minor: accelerator.minor,
        })),
        services: [driverService(plan, folder, protos, mode, driver)],
        labels: labels(accelerators),
        binds: [protos],
      };
    },
    async makeSetup(plan: NodePlan, count: number, name: string): Promise<NodeAccelerators> {
      const setup = setupNamed(name);
      const programs = await ensureBinaries(setup.programs, silent);
      const program = (one: string): string => {
        const path = programs.get(one);
        if (path === undefined) throw new Error(`the set-up ${name} does not say that it needs ${one}`);
        return path;
      };
      return await setup.make({ plan, folder: join(plan.directory, 'accelerators'), count, program });
    },
    release: releaseAccelerators,
  };
}

function driverService(plan: NodePlan, folder: string, protos: string, mode: Mode, driver?: string): Service {
  const kubeconfig = join(plan.directory, 'pki', 'kubelet.kubeconfig');
  const options = ['--folder', folder, '--protos', protos, '--kubeconfig', kubeconfig];
  return { name: DRIVERS[mode], command: [process.execPath, driver ?? driverProgram(mode), ...options] };
}

/** From source the drivers run from source, from the bundle as bundles (scripts/build.ts). */
function driverProgram(mode: Mode): string {
  const fromSource = import.meta.filename.endsWith('.ts');
  if (!fromSource) return projectFile(`dist/lab-${DRIVERS[mode]}.js`);
  return projectFile(`lab/accelerators/${mode === 'dra' ? 'dra' : 'device-plugin'}/main.ts`);
}

function labels(accelerators: readonly Accelerator[]): Record<string, string> {
  return {
    [DRIVER_VERSION_LABEL]: driverVersion(),
    [MODEL_LABEL]: accelerators[0]?.model ?? '',
    [COUNT_LABEL]: String(accelerators.length),
  };
}
