import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { connect } from '../../src/kube/connect.ts';
import { labDown, labNames, labUp, silent } from '../lab.ts';
import { projectFile } from '../project-root.ts';
import { outputOf } from '../testing/until.ts';
import { scriptPod } from '../testing/web-deployment.ts';

const NAME = 'test-options';
const LOGS = join(tmpdir(), `plimsoll-lab-${NAME}-logs`);

afterEach(async () => {
  await labDown(NAME, silent);
  rmSync(LOGS, { recursive: true, force: true });
});

it('takes a DNS domain, feature gates, and flags of components and of one node', async () => {
  const lab = await labUp(
    {
      name: NAME,
      dnsDomain: 'lab.internal',
      nodes: [{ kubeletFlags: ['--max-pods=17'] }, {}],
      kubernetes: {
        featureGates: { GenericWorkload: false },
        flags: { kubelet: ['--max-pods=23'], 'kube-apiserver': ['--runtime-config=api/all=true,batch/v1=false'] },
      },
    },
    silent,
  );
  const cluster = await connect({ kubeconfig: lab.kubeconfig });
  try {
    const nodes = await cluster.list('v1/Node').all();
    const pods = nodes.map(({ metadata, status }) => [
      metadata.name,
      (status as { capacity: { pods: string } }).capacity.pods,
    ]);
    expect(pods).toEqual([
      ['node-1', '17'],
      ['node-2', '23'],
    ]);
    const resources = await cluster.resources();
    expect(resources.find('batch/v1/Job' as never)).toBeUndefined();
    const text = await outputOf(
      cluster,
      scriptPod('look-up', 'node-1', 'cat /etc/resolv.conf; nslookup kubernetes.default.svc.lab.internal.'),
    );
    expect(text).toContain('search default.svc.lab.internal svc.lab.internal lab.internal');
    expect(text).toContain('198.19.0.1');
  } finally {
    await cluster.close();
  }
});

it('says which component cannot start and why, takes the rest down and keeps the logs', async () => {
  const up = labUp(
    { name: NAME, nodes: [], kubernetes: { featureGates: {}, flags: { 'kube-apiserver': ['--no-such-flag=1'] } } },
    silent,
  );
  await expect(up).rejects.toMatchObject({ code: 'lab-crash-loop', exitCode: 4 });
  await expect(up).rejects.toThrow(/apiserver of control-plane .*unknown flag: --no-such-flag/s);
  expect(labNames()).not.toContain(NAME);
  expect(readFileSync(join(LOGS, 'control-plane', 'apiserver.log'), 'utf8')).toContain('unknown flag');
});

it.each([
  [['up', '--name', 'No Good'], 3, '[lab-name]'],
  [['up', '--name', NAME, '--kubernetes-flag', 'nobody:--x=1'], 3, '[lab-flag]'],
  [['up', '--name', NAME, '--with', 'nothing-like-it'], 3, '[unknown-addon]'],
  [['up', '--name', NAME, '--nodes', 'many'], 3, 'A whole number from 0 to 30 is wanted'],
  [['kubeconfig', '--name', NAME], 3, '[lab-missing]'],
  [['node', 'add', '--name', NAME], 3, '[lab-missing]'],
  [['down', '--name', NAME], 0, ''],
])('plimsoll lab %j ends with %i', (args, code, said) => {
  const { status, stderr } = spawnSync(projectFile('plimsoll'), ['lab', ...args], { encoding: 'utf8' });
  expect([status, stderr.includes(said)]).toEqual([code, true]);
  expect(labNames()).not.toContain(NAME);
});

it('says that it needs root to whoever is not', () => {
  const { status, stderr } = spawnSync(
    'setpriv',
    ['--reuid=65534', '--clear-groups', projectFile('plimsoll'), 'lab', 'up', '--name', NAME],
    { encoding: 'utf8' },
  );
  expect(stderr).toContain('[lab-root]');
  expect(status).toBe(3);
  expect(existsSync(LOGS)).toBe(false);
});
