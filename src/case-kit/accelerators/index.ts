/** Accelerators as requirements plan and ask for them: `accelerators.instances(facts, { least, on })`, `accelerators.request(ask, 1, name)`. */
export {
  type AcceleratorOffer as Offer,
  type AcceleratorUse as Use,
  acceleratorInstances as instances,
  NO_ACCELERATOR as NONE,
} from './accelerator-instances.ts';
export {
  type AcceleratorAsk as Ask,
  askFor,
  deviceRequest,
  requestAccelerators as request,
} from './accelerator-request.ts';
export { chooseRuntime, chosenRuntime, type RuntimeSpec, runtimeClassesFor } from './chosen-runtime.ts';
