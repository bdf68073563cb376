import type { Command } from 'commander';
import { imagesOf } from '../runner/plan/images-of.ts';
import { makePlan } from '../runner/plan/make-plan.ts';
import { terminalLine } from '../terminal-text.ts';
import { addClusterOptions, type ClusterOptions, withCluster } from './run/cluster-options.ts';
import { addProbeOptions, type ProbeOptions } from './run/probe-options.ts';
import { addSelectionOptions, type SelectionOptions, select } from './run/selection.ts';

/** `plimsoll images`: what nodes have to be able to pull, one a line (for a mirror). */
export function register(program: Command): void {
  const command = program.command('images').description('list the images that the selected cases pull, one a line');
  addProbeOptions(addSelectionOptions(addClusterOptions(command))).action(
    async (options: ClusterOptions & SelectionOptions & ProbeOptions) => {
      const images = await withCluster(options, async (cluster) => {
        const { cases, facts, only } = await select(cluster, options);
        return imagesOf(makePlan(cases, facts, only), options.image);
      });
      process.stdout.write(images.map((image) => `${terminalLine(image)}\n`).join(''));
    },
  );
}
