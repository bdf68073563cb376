import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { argv } from 'node:process';
import { labDirectory } from '../state/lab-directory.ts';
import { Machines } from './machines.ts';
import { socketFile, socketFolder } from './provider-folder.ts';
import { providerServer } from './provider-server.ts';

/**
 * The provider of one lab: `node main.ts LAB`. It runs in the host's namespaces, as nodes are made there. Whoever runs in the
 * lab as the socket's user can make nodes: the lab's Karpenter does, and every user may connect.
 */
const lab = labDirectory(argv[2] ?? '');
const machines = new Machines(lab);
await machines.recover();
mkdirSync(socketFolder(lab), { recursive: true });
// The socket of a provider that was killed is still there.
rmSync(socketFile(lab), { force: true });
const server = providerServer(machines);
server.on('error', (error) => {
  console.error(`plimsoll provider: ${error.message}`);
  process.exit(1);
});
server.listen(socketFile(lab), () => {
  chmodSync(socketFile(lab), 0o666);
  console.error(`plimsoll provider: ${machines.list().length} machines, listens at ${socketFile(lab)}`);
});
