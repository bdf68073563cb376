import { request } from 'undici';
import { PlimsollError } from '../../src/errors.ts';
import { MANIFEST_TYPE, type MadeImage } from './build-image.ts';
import { imagePlace } from './reference.ts';

/**
 * Makes an image known to a registry that already has its blobs, under a name.
 * @param registry its URL, for example `http://127.0.0.1:5000`
 * @throws PlimsollError `image-push`
 */
export async function pushManifest(registry: string, reference: string, image: MadeImage): Promise<void> {
  const { repository, tag } = imagePlace(reference);
  const url = `${registry}/v2/${repository}/manifests/${tag}`;
  const { statusCode, body } = await request(url, {
    method: 'PUT',
    headers: { 'content-type': MANIFEST_TYPE },
    body: image.manifest,
    signal: AbortSignal.timeout(30_000),
  });
  const text = await body.text();
  if (statusCode === 201) return;
  throw new PlimsollError(
    'image-push',
    `the lab's registry refused ${reference}: ${statusCode} ${text.slice(0, 200)}`,
    'Look at `plimsoll lab logs registry`.',
  );
}
