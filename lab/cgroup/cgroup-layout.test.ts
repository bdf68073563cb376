import { expect, it } from 'vitest';
import { cgroupLayout } from './cgroup-layout.ts';

const line = (mount: string, type: string, options: string): string =>
  `36 25 0:31 / ${mount} rw,nosuid - ${type} ${type} ${options}`;

const V1 = [
  line('/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct'),
  line('/sys/fs/cgroup/cpuset', 'cgroup', 'rw,cpuset,clone_children'),
  line('/sys/fs/cgroup/memory', 'cgroup', 'rw,memory'),
  line('/sys/fs/cgroup/pids', 'cgroup', 'rw,pids'),
  line('/sys/fs/cgroup/systemd', 'cgroup', 'rw,xattr,release_agent=/lib/systemd/x,name=systemd'),
  line('/sys/fs/cgroup/unified', 'cgroup2', 'rw,nsdelegate'),
];

it('reads version 1 with a unified hierarchy beside it, whose nested mounts are not counted twice', () => {
  const elsewhere = line('/run/other/cgroup/memory', 'cgroup', 'rw,memory');
  const layout = cgroupLayout([...V1, V1[2], elsewhere].join('\n'));
  expect(layout.version).toBe(1);
  expect(layout.hierarchies.map(({ mount, options }) => [mount, options])).toEqual([
    ['/sys/fs/cgroup/cpu,cpuacct', 'cpu,cpuacct'],
    ['/sys/fs/cgroup/cpuset', 'cpuset'],
    ['/sys/fs/cgroup/memory', 'memory'],
    ['/sys/fs/cgroup/pids', 'pids'],
    ['/sys/fs/cgroup/systemd', 'none,name=systemd'],
    ['/sys/fs/cgroup/unified', ''],
  ]);
});

it.each(['memory', 'pids', 'cpuset'])('refuses a machine without %s, by name', (controller) => {
  const without = V1.filter((one) => !one.includes(`cgroup/${controller} `)).join('\n');
  expect(() => cgroupLayout(without)).toThrow(expect.objectContaining({ code: 'cgroup-missing' }));
  expect(() => cgroupLayout(without)).toThrow(controller);
});

it('refuses a machine without any', () => {
  expect(() => cgroupLayout('25 1 8:1 / / rw - ext4 /dev/sda1 rw')).toThrow(/no cgroup controller cpu, memory, pids/);
});
