import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { type BoxPlan, initScript, namespacesScript, networkScript, outerScript } from './box-script.ts';
import { commandLine, quote } from './shell.ts';

const plan: BoxPlan = {
  name: 'node-1',
  directory: "/var/lib/it's here",
  network: 'echo network',
  setup: 'echo setup',
  services: [
    { name: 'early', command: ['/bin/early', '--text=a b'], when: 'start' },
    { name: 'late', command: ['/bin/late'], environment: { KEY: "o'clock" } },
    { name: 'relay', command: ['/bin/relay'], when: 'start' },
  ],
  socketServices: ['relay'],
  sockets: 2,
};

it('is understood by a POSIX shell, whatever is in the names', () => {
  for (const script of [
    outerScript(['/a b/cgroup.procs'], "/it's/n.sh"),
    networkScript(plan, '/n.sh'),
    namespacesScript('/i.sh', undefined),
    namespacesScript('/i.sh', "/it's/system"),
    initScript(plan),
  ]) {
    expect(() => execFileSync('sh', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
  }
});

it('starts some services at once and the others after the go, and hands sockets to whom they are for', () => {
  const script = initScript(plan);
  const at = (text: string): number => script.indexOf(text);
  expect(at("supervise early /bin/early '--text=a b' 4<&- 5<&- &")).toBeLessThan(at('echo up >&3'));
  expect(at('supervise relay /bin/relay &')).toBeGreaterThan(0);
  expect(at("supervise late env 'KEY=o'\\''clock' /bin/late 4<&- 5<&- &")).toBeGreaterThan(
    at('read -r line || exit 1'),
  );
});

it('quotes words so that a shell reads them back as they were', () => {
  const words = ['plain', '--a=b', "it's", '$HOME `x` "y"', 'a\nb', '*', ''];
  const line = commandLine(['printf', '%s\\0', ...words]);
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
  expect(quote('/usr/bin/x-1.2_3')).toBe('/usr/bin/x-1.2_3');
});
