import {
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type ProtoName, protoFile } from './protos.ts';

/** The services of each interface, by the name that stands before the dot in `/package.Service/Method`. */
const SERVICES = {
  devicePlugin: ['v1beta1.DevicePlugin', 'v1beta1.Registration'],
  registration: ['pluginregistration.Registration'],
  dra: ['k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin'],
  draHealth: ['v1.DRAResourceHealth'],
} as const satisfies Record<ProtoName, readonly string[]>;

/**
 * One service of the kubelet's interfaces. Messages are plain objects with the names of the .proto files, unset fields as
 * their defaults, enums by name, 64-bit numbers as numbers.
 * @param folder made by `prepareProtos`
 */
export function serviceDefinition<Name extends ProtoName>(
  folder: string,
  proto: Name,
  service: (typeof SERVICES)[Name][number],
): ServiceDefinition {
  const file = protoFile(folder, proto);
  const loaded = loadSync(file, { keepCase: true, defaults: true, enums: String, longs: Number });
  let found: GrpcObject[string] | undefined = loadPackageDefinition(loaded);
  for (const part of service.split('.')) found = (found as GrpcObject | undefined)?.[part];
  if (!found) throw new Error(`${file} has no service ${service}`);
  return (found as ServiceClientConstructor).service;
}
