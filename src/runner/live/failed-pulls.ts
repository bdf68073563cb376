import { list, type RecordedObject, text } from '../../evidence/index.ts';

/** Reasons with which the kubelet has tried (pkg/kubelet/images/types.go); between two tries it says ImagePullBackOff. */
const TRIED = new Set(['ErrImagePull', 'RegistryUnavailable', 'ImageInspectError', 'SignatureValidationFailed']);
const BACK_OFF = 'ImagePullBackOff';
/** Nothing is tried again: the name is wrong, or pulling is forbidden to the kubelet. */
const FOR_GOOD = new Set(['InvalidImageName', 'ErrImageNeverPull']);
/** So many tries are enough. The kubelet's second one comes 10 s after the first. */
const TRIES = 2;
/** Where the second try was not seen: a pull that has not gone through for so long, milliseconds. */
export const BACK_OFF_LASTS = 30_000;

/** What became of the images of pods, over the states that a wait looks at. */
export class FailedPulls {
  readonly #containers = new Map<string, { reason: string; tries: number; since: number }>();

  /**
   * Looks at the pods as they are now. The first whose image cannot be had, in words, once that is beyond hope; undefined before.
   * @param t milliseconds, of any clock that goes on
   */
  look(pods: readonly RecordedObject[], t: number): string | undefined {
    for (const pod of pods)
      for (const status of [...list(pod, 'status.initContainerStatuses'), ...list(pod, 'status.containerStatuses')]) {
        const key = `${pod.metadata.uid ?? ''} ${text(status, 'name')}`;
        const reason = text(status, 'state.waiting.reason');
        const { reason: before = '', tries = 0, since = t } = this.#containers.get(key) ?? {};
        if (!TRIED.has(reason) && reason !== BACK_OFF && !FOR_GOOD.has(reason)) {
          // Pulled, or not tried yet; between two tries it stays in back-off.
          this.#containers.delete(key);
          continue;
        }
        const anew = reason !== before && (TRIED.has(reason) || tries === 0) ? 1 : 0;
        this.#containers.set(key, { reason, tries: tries + anew, since });
        if (FOR_GOOD.has(reason) || tries + anew >= TRIES || t - since >= BACK_OFF_LASTS)
          return `the image of ${text(status, 'name')} in pod ${pod.metadata.name ?? ''} could not be pulled, tried ${Math.max(1, tries + anew)} times`;
      }
    return undefined;
  }

  /** Whether some pull has failed so far. */
  get some(): boolean {
    return this.#containers.size > 0;
  }
}
