import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../evidence/index.ts';
import { FailedPulls } from './failed-pulls.ts';

const pod = (reason: string | undefined, name = 'a'): RecordedObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name },
  status: {
    containerStatuses: [{ name: 'c', state: reason === undefined ? { running: {} } : { waiting: { reason } } }],
  },
});

/** Each state with the second at which it is seen; the answer at the last one. */
function seen(...states: readonly [number, string | undefined][]): string | undefined {
  const pulls = new FailedPulls();
  return states.map(([second, reason]) => pulls.look([pod(reason)], 1000 * second)).at(-1);
}

describe('an image that cannot be pulled', () => {
  it('is beyond hope after the second try', () => {
    expect(seen([0, 'ErrImagePull'], [1, 'ImagePullBackOff'])).toBeUndefined();
    expect(seen([0, 'ErrImagePull'], [1, 'ImagePullBackOff'], [12, 'ErrImagePull'])).toBe(
      'the image of c in pod a could not be pulled, tried 2 times',
    );
  });

  it('does not count one try twice because something else of the pod changed', () => {
    expect(seen([0, 'ErrImagePull'], [1, 'ErrImagePull'], [2, 'ErrImagePull'])).toBeUndefined();
    expect(seen([0, 'ImagePullBackOff'], [1, 'ImagePullBackOff'])).toBeUndefined();
  });

  it('is beyond hope where tries were not seen, after half a minute', () => {
    expect(seen([0, 'ImagePullBackOff'], [29, 'ImagePullBackOff'])).toBeUndefined();
    expect(seen([0, 'ImagePullBackOff'], [30, 'ImagePullBackOff'])).toContain('could not be pulled');
  });

  it('is beyond hope at once where nothing is tried again', () => {
    expect(seen([0, 'InvalidImageName'])).toContain('could not be pulled');
    expect(seen([0, 'ErrImageNeverPull'])).toContain('could not be pulled');
  });

  it('is none where it went through, or has not been tried', () => {
    expect(seen([0, 'ErrImagePull'], [5, undefined], [20, 'ErrImagePull'])).toBeUndefined();
    expect(seen([0, 'ContainerCreating'], [60, 'PodInitializing'])).toBeUndefined();
  });
});
