import { type Entry, type RecordedObject, showRecordedRef, text } from '../../evidence/index.ts';

/** An entry of a timeline as one line for people. */
export function entryLine(entry: Entry): string {
  switch (entry.kind) {
    case 'begin':
      return `begin of ${entry.case}`;
    case 'mark':
      return `mark "${entry.name}"`;
    case 'object':
      return `${showRecordedRef(entry.ref)} ${entry.event.toLowerCase()}${stateOf(entry.body as RecordedObject)}`;
    case 'watch':
      return `watch of ${entry.of} ${entry.state}`;
    case 'gap':
      return `gap in watch ${entry.watch}: ${entry.reason}`;
    case 'answer':
      return `${entry.name}: ${entry.method} ${entry.path} → ${answerOf(entry)}`;
    case 'log':
      return `log of ${entry.pod}/${entry.container}`;
    case 'waited':
      return `waited for ${entry.for}: ${entry.how}`;
    case 'note':
      return `note: ${entry.text}`;
    case 'end':
      return `end: ${entry.how}${entry.message === undefined ? '' : `, ${entry.message}`}`;
  }
}

export function answerOf(entry: Extract<Entry, { kind: 'answer' }>): string {
  const status = entry.status === undefined ? 'no answer' : String(entry.status);
  return `${status}${entry.error === undefined ? '' : ` ${entry.error}`}${entry.said === undefined ? '' : `: ${entry.said}`}`;
}

/** The node and phase of a pod; what an Event says. */
function stateOf(body: RecordedObject): string {
  const phase = text(body, 'status.phase');
  const node = text(body, 'spec.nodeName');
  const note = text(body, 'note');
  const words = [node === '' ? '' : `on ${node}`, phase, note].filter((word) => word !== '');
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}
