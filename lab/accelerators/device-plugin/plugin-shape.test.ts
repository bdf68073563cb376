import { describe, expect, it } from 'vitest';
import { acceleratorOf, environmentOf, type PluginShape, pathsOf, resourceOf, unitsOf } from './plugin-shape.ts';

const accelerator = (index: number) => ({
  index,
  uuid: `ACC-${index}`,
  model: 'm',
  memoryBytes: 1,
  file: '/f',
  loop: 1000 + index,
  major: 7,
  minor: 1000 + index,
  path: `/dev/dri/renderD${128 + index}`,
});
const SHAPE: PluginShape = {
  resource: 'example.com/core',
  control: ['/dev/ctl'],
  beside: { 'ACC-0': ['/dev/dri/card0'], 'ACC-1': ['/dev/dri/card1'] },
  units: 2,
  variable: 'EXAMPLE_VISIBLE_DEVICES',
};
const [first, second] = [accelerator(0), accelerator(1)];

describe('a vendor’s shape of the device plugin', () => {
  it('offers several units of one device, each known by the device', () => {
    expect(resourceOf(SHAPE)).toBe('example.com/core');
    expect(unitsOf(first, SHAPE)).toEqual(['ACC-0::0', 'ACC-0::1']);
    expect(unitsOf(first, undefined)).toEqual(['ACC-0']);
    expect(acceleratorOf('ACC-0::1')).toBe('ACC-0');
  });

  it('gives the nodes of the device, then the control nodes, and those to nobody without a device', () => {
    expect(pathsOf([second], SHAPE)).toEqual(['/dev/dri/renderD129', '/dev/dri/card1', '/dev/ctl']);
    expect(pathsOf([], SHAPE)).toEqual([]);
    expect(pathsOf([second], undefined)).toEqual(['/dev/dri/renderD129']);
  });

  it('names devices by the vendor’s variable, and the lab’s own otherwise', () => {
    expect(environmentOf([first, second], SHAPE)).toEqual({ EXAMPLE_VISIBLE_DEVICES: '0,1' });
    expect(environmentOf([first], undefined)).toEqual({ PLIMSOLL_ACCELERATOR_0: 'ACC-0' });
  });
});
