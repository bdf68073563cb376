import { join } from 'node:path';
import { readTables } from '../../inventory/tables.ts';
import { takeInventory } from '../../inventory/take-inventory.ts';
import { connect } from '../../kube/connect.ts';
import { newRunId } from '../run/open-folder.ts';
import { run } from '../run/run.ts';
import { changingCase, suspendedJob } from './test-cases.ts';

/** A program that runs cases, to be killed: `run-process.ts KUBECONFIG FOLDER`. Prints each event's name. */
const [kubeconfig = '', folders = ''] = process.argv.slice(2);
const cluster = await connect({ kubeconfig });
const inventory = await takeInventory(cluster, await readTables(undefined));
const id = newRunId();
await run({
  cluster,
  facts: {
    kubernetes: inventory.kubernetes,
    checklist: '1.37',
    resources: await cluster.resources(),
    inventory,
    options: { allowScale: false, allowInstall: false, allowDisrupt: false },
  },
  cases: [suspendedJob('one', 800), suspendedJob('two', 800), changingCase('three')],
  requirements: ['gang_scheduling'],
  version: 'test',
  probe: { image: 'busybox' },
  run: id,
  folder: join(folders, id),
  observers: [(event) => process.stdout.write(`${event.event}\n`)],
});
await cluster.close();
