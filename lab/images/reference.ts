import { PlimsollError } from '../../src/errors.ts';

/** Where an image reference lies in a registry that stands in for all others. */
export interface Place {
  /** Repository without the registry's name: containerd asks its mirror for it like this. */
  readonly repository: string;
  readonly tag: string;
}

/**
 * Takes an image reference apart the way container runtimes do: the first component is a registry if it has a dot or a
 * colon or is `localhost`; a name without any is of Docker Hub's `library`. Default tag `latest`.
 * @throws PlimsollError `image-reference` for a digest, which an image of the lab's own cannot have.
 */
export function imagePlace(reference: string): Place {
  if (reference.includes('@')) {
    throw new PlimsollError(
      'image-reference',
      `the lab cannot offer ${reference}: it is pinned to the digest of an image that is not here`,
      'Name the image by tag.',
    );
  }
  const [first = '', ...rest] = reference.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = isRegistry ? first : 'docker.io';
  const path = isRegistry ? rest.join('/') : reference;
  const colon = path.lastIndexOf(':');
  const [name, tag] = colon > path.lastIndexOf('/') ? [path.slice(0, colon), path.slice(colon + 1)] : [path, 'latest'];
  return { repository: registry === 'docker.io' && !name.includes('/') ? `library/${name}` : name, tag };
}
