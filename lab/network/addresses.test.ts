import { expect, it } from 'vitest';
import { controlPlaneNetwork, MOST_NODES, nodeAddress, nodeNetwork, PODS, podCidr, SERVICES } from './addresses.ts';

const number = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const range = (cidr: string): [number, number] => {
  const [base = '', bits = ''] = cidr.split('/');
  return [number(base), number(base) + 2 ** (32 - Number(bits)) - 1];
};
const all = Array.from({ length: MOST_NODES }, (_, offset) => offset + 1);

it('gives every node an address of the switch and a pod range of its own, all within 198.18.0.0/15', () => {
  const [first, last] = range('198.18.0.0/15');
  const pods = range(PODS);
  const services = range(SERVICES);
  expect(new Set(all.map(nodeAddress)).size).toBe(MOST_NODES);
  for (const index of all) {
    expect(nodeAddress(index)).toMatch(/^198\.18\.0\.(2[1-9]|[3-7]\d|80)$/);
    const [from, to] = range(podCidr(index));
    expect(from).toBeGreaterThanOrEqual(pods[0]);
    expect(to).toBeLessThanOrEqual(pods[1]);
    expect(to < services[0] || from > services[1]).toBe(true);
  }
  for (const [from, to] of [pods, services]) expect(from >= first && to <= last).toBe(true);
});

it('routes a node to the pods of all others, never to its own by the switch, and nowhere else', () => {
  const script = nodeNetwork(3, 4711);
  for (const index of all) {
    const route = `route add ${podCidr(index)} via ${nodeAddress(index)} dev eth0`;
    expect(script.includes(route)).toBe(index !== 3);
  }
  for (const text of [script, controlPlaneNetwork()]) {
    expect(text).toContain('route add unreachable default');
    expect(text).not.toMatch(/route add default/);
  }
  expect(script).toContain('peer name node3 netns 4711');
});
