import type { Image } from '../images/image.ts';
import { staticImage } from '../images/static-image.ts';

/** The image of a controller as kubebuilder lays them out: the binary is /manager, its user not root. */
export function managerImage(title: string, version: string, reference: string, binary: string): Image {
  return staticImage({
    title,
    version,
    references: [reference],
    binary,
    path: '/manager',
    config: { User: '65532:65532' },
  });
}
