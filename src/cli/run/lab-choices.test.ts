import { describe, expect, it } from 'vitest';
import { type LabOffer, labChoices } from './lab-choices.ts';

const offer: LabOffer = {
  running: [],
  fresh: 'lab',
  addons: ['kueue', 'traefik'],
  cannot: undefined,
  build: undefined,
};
const shown = (change: Partial<LabOffer>): string[] =>
  labChoices({ ...offer, ...change }).map(({ name, disabled }) =>
    disabled === undefined ? name : `${name} ${disabled}`,
  );
const NEITHER = 'neither: tell me how to name a cluster';

describe('labChoices', () => {
  it('says what a new lab costs', () => {
    expect(shown({})).toEqual([
      'bring up a lab "lab" with kueue, traefik (everything is built: about a minute)',
      NEITHER,
    ]);
    expect(shown({ build: '14 min 20 s' })[0]).toBe(
      'bring up a lab "lab" with kueue, traefik (builds Kubernetes and the rest from Go modules first: about 14 min 20 s, once)',
    );
  });

  it('offers labs that are up by their names, first', () => {
    const running = [
      { name: 'lab', nodes: 2, accelerators: 4, addons: ['kueue'] },
      { name: 'small', nodes: 1, accelerators: 1, addons: [] },
    ];
    const choices = labChoices({ ...offer, running, fresh: 'lab-2' });
    expect(choices.map(({ name }) => name).slice(0, 2)).toEqual([
      'the lab "lab", which is up: 2 nodes, 4 accelerators, kueue',
      'the lab "small", which is up: 1 node, 1 accelerator, no add-ons',
    ]);
    expect(choices.map(({ value }) => value)).toEqual([
      { use: 'lab' },
      { use: 'small' },
      { bringUp: 'lab-2' },
      { neither: true },
    ]);
  });

  it('says why none can be brought up', () => {
    expect(shown({ cannot: 'the lab needs root' })[0]).toMatch(/\(not here: the lab needs root\)$/);
  });
});
