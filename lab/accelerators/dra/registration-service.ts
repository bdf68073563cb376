import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { DRIVER_NAME } from '../accelerator.ts';
import { log } from '../log.ts';

/** The kubelet watches this folder and asks every socket in it who it is, again after each of its own starts. */
export const REGISTRATION_SOCKET = `/var/lib/kubelet/plugins_registry/${DRIVER_NAME}-reg.sock`;
export const DRA_SOCKET = `/var/lib/kubelet/plugins/${DRIVER_NAME}/dra.sock`;

/** The service pluginregistration.Registration. For DRA the versions name gRPC services: `v1.DRAPlugin`. */
export function registrationService(endpoint: string): UntypedServiceImplementation {
  return {
    GetInfo: (_call: unknown, answer: sendUnaryData<object>) =>
      answer(null, {
        type: 'DRAPlugin',
        name: DRIVER_NAME,
        endpoint,
        supported_versions: ['v1.DRAPlugin', 'v1.DRAResourceHealth'],
      }),
    NotifyRegistrationStatus: (
      call: ServerUnaryCall<{ plugin_registered: boolean; error: string }, object>,
      answer: sendUnaryData<object>,
    ) => {
      const { plugin_registered, error } = call.request;
      log(
        plugin_registered
          ? `registered ${DRIVER_NAME} with the kubelet`
          : `the kubelet refused ${DRIVER_NAME}: ${error}`,
      );
      answer(null, {});
    },
  };
}
