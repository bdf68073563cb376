import { defineCase, expectAnswer, type Finding } from '../../case-kit/index.ts';
import { apiWith, kindIn } from './dra-api.ts';
import { claimRequest, syntheticObject } from './synthetic-objects.ts';

/** R2: the API server understands what it is given. And that it takes the same objects without the mistake. */
export const invalidObjects = defineCase<{ readonly api: string }>({
  id: 'dra_support/invalid-objects-are-refused',
  title: 'A wrong CEL expression, a negative count and a changed claim are refused',
  kind: 'required',
  bar: 'behaviour',

  plan(facts) {
    const api = apiWith(facts, ['DeviceClass', 'ResourceClaim']);
    if (typeof api !== 'string') return api;
    const claim = kindIn(api, 'ResourceClaim');
    return [{ params: { api }, needs: { creates: [kindIn(api, 'DeviceClass'), claim], changes: [claim] } }];
  },

  async act(bench, { api }) {
    const { namespace } = bench;
    await bench.attempt('valid class', (step) => step.create(syntheticObject(api, 'DeviceClass', namespace)));
    await bench.attempt('class with wrong CEL', (step) =>
      step.create({
        ...syntheticObject(api, 'DeviceClass', `${namespace}-wrong`),
        spec: { selectors: [{ cel: { expression: 'device.driver ==' } }] },
      }),
    );
    const claim = syntheticObject(api, 'ResourceClaim', 'valid', namespace);
    const valid = await bench.attempt('valid claim', (step) => step.create(claim));
    await bench.attempt('claim of -1 devices', (step) =>
      step.create({
        ...syntheticObject(api, 'ResourceClaim', 'negative', namespace),
        spec: { devices: { requests: [claimRequest(api, namespace, -1)] } },
      }),
    );
    if (valid.accepted)
      await bench.attempt('changed claim', (step) =>
        step.patch(valid.value.ref, { spec: { devices: { requests: [claimRequest(api, namespace, 2)] } } }),
      );
  },

  judge(timeline) {
    const answered = (name: string, method: string, wanted: number, claim: string, otherwise: string): Finding =>
      expectAnswer(
        timeline,
        { name, method },
        ({ status }) => status === wanted || `status ${status ?? 'none'} instead of ${wanted}`,
        { claim, otherwise },
      );
    const accepted = 'a valid object was refused';
    return [
      answered('valid class', 'POST', 201, 'a valid DeviceClass is accepted', accepted),
      answered('class with wrong CEL', 'POST', 422, 'a wrong CEL expression is refused', 'wrong CEL was accepted'),
      answered('valid claim', 'POST', 201, 'a valid ResourceClaim is accepted', accepted),
      answered('claim of -1 devices', 'POST', 422, 'a negative count is refused', 'a negative count was accepted'),
      answered('changed claim', 'PATCH', 422, 'the spec of a claim cannot be changed', 'a claim was changed'),
    ];
  },
});
