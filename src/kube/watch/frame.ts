import { ServerError } from '../error/api-error.ts';
import { isObject, type KindRef, type KubeObject, textOf } from '../object.ts';

/** One line of a watch (Kubernetes API concepts, "Efficient detection of changes"). */
export type Frame =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  | { type: 'BOOKMARK'; resourceVersion: string; initialEventsEnd: boolean }
  | { type: 'ERROR'; code: number; message: string };

/** @throws ServerError when the line is no watch event */
export function readFrame(line: Buffer, kind: KindRef, title: string): Frame {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch (cause) {
    throw broken(title, cause);
  }
  const type = isObject(value) ? value['type'] : undefined;
  const object = isObject(value) ? value['object'] : undefined;
  if (!isObject(object)) throw broken(title);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      // Metadata alone comes as PartialObjectMetadata: say what it is.
      return { type, object: { ...object, ...kind, metadata: metadataOf(object) } };
    case 'BOOKMARK': {
      const { resourceVersion, annotations } = metadataOf(object);
      const end = isObject(annotations) && annotations['k8s.io/initial-events-end'] === 'true';
      return { type, resourceVersion: resourceVersion ?? '', initialEventsEnd: end };
    }
    case 'ERROR':
      return { type, code: Number(object['code'] ?? 0), message: textOf(object['message']) };
    default:
      throw broken(title);
  }
}

function metadataOf(object: Record<string, unknown>): KubeObject['metadata'] {
  return isObject(object['metadata']) ? object['metadata'] : {};
}

function broken(title: string, cause?: unknown): ServerError {
  return new ServerError(
    `the watch of ${title}: a line is not a watch event`,
    'check what stands between here and the API server',
    { method: 'GET', cause },
  );
}
