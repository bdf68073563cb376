import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import type { KubeObject } from '../object.ts';
import { Picture } from './picture.ts';
import type { WatchEvent } from './watch.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds));
const pod = (name: string, version: number, uid = name): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid, resourceVersion: String(version) },
});
const show = (event: WatchEvent): string =>
  'object' in event
    ? `${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion} ${event.source}`
    : event.type;

function listed(objects: readonly KubeObject[], version: number): Picture {
  const picture = new Picture();
  picture.startList(undefined);
  for (const object of objects) picture.listed(object);
  picture.listComplete(String(version), at(0));
  return picture;
}

describe('Picture', () => {
  it('tells the first list, then SYNCED, and nothing of a list that broke off half-way', () => {
    const picture = new Picture();
    picture.startList(undefined);
    picture.listed(pod('gone-by-now', 1));
    picture.startList(undefined);
    picture.listed(pod('a', 1));
    expect(picture.listComplete('5', at(0)).map(show)).toEqual(['ADDED a@1 list', 'SYNCED']);
    expect(picture.resourceVersion).toBe('5');
  });

  it('knows the end of a streaming list by its bookmark, whatever came in between', () => {
    const picture = new Picture();
    picture.startList(undefined);
    const frames = [
      { type: 'ADDED', object: pod('a', 1) },
      { type: 'ADDED', object: pod('b', 2) },
      { type: 'BOOKMARK', resourceVersion: '2', initialEventsEnd: false },
      { type: 'MODIFIED', object: pod('a', 3) },
      { type: 'DELETED', object: pod('b', 4) },
    ] as const;
    expect(frames.flatMap((frame) => picture.frame(frame, at(0)))).toEqual([]);
    const end = picture.frame({ type: 'BOOKMARK', resourceVersion: '4', initialEventsEnd: true }, at(1));
    expect(end.map(show)).toEqual(['ADDED a@3 list', 'SYNCED']);
  });

  it('moves its resourceVersion with events and bookmarks', () => {
    const picture = listed([], 5);
    picture.frame({ type: 'ADDED', object: pod('a', 6) }, at(1));
    expect(picture.resourceVersion).toBe('6');
    picture.frame({ type: 'BOOKMARK', resourceVersion: '9', initialEventsEnd: false }, at(2));
    expect(picture.resourceVersion).toBe('9');
  });

  it('tells nothing twice when a stream is resumed from before something that was told', () => {
    const picture = listed([pod('a', 1), pod('b', 2)], 2);
    const first = picture.frame({ type: 'MODIFIED', object: pod('a', 3) }, at(1));
    const deleted = picture.frame({ type: 'DELETED', object: pod('b', 4) }, at(1));
    expect([...first, ...deleted].map(show)).toEqual(['MODIFIED a@3 watch', 'DELETED b@4 watch']);
    expect(picture.frame({ type: 'MODIFIED', object: pod('a', 3) }, at(2))).toEqual([]);
    expect(picture.frame({ type: 'DELETED', object: pod('b', 4) }, at(2))).toEqual([]);
  });

  it('announces a gap before the differences, from the last thing that was heard', () => {
    const picture = listed([pod('stays', 1), pod('changes', 2), pod('goes', 3), pod('again', 4)], 4);
    picture.frame({ type: 'BOOKMARK', resourceVersion: '6', initialEventsEnd: false }, at(10));
    picture.startList({ at: at(20), reason: 'too old' });
    // The new list breaks off once; the first break is what counts.
    picture.startList({ at: at(25), reason: 'other' });
    for (const object of [pod('stays', 1), pod('changes', 8), pod('comes', 9), pod('again', 10, 'second')]) {
      picture.listed(object);
    }
    const events = picture.listComplete('12', at(30));
    expect(events[0]).toEqual({
      type: 'GAP',
      at: at(30),
      from: at(10),
      brokeAt: at(20),
      to: at(30),
      fromResourceVersion: '6',
      toResourceVersion: '12',
      reason: 'too old',
    });
    expect(events.slice(1).map(show)).toEqual([
      'DELETED goes@3 relist',
      'DELETED again@4 relist',
      'MODIFIED changes@8 relist',
      'ADDED comes@9 relist',
      'ADDED again@10 relist',
    ]);
  });

  /**
   * Any history of a few objects, delivered in any portions, with any resumes and new lists: a subscriber who only adds up
   * what it is told has the true picture, is told nothing twice, and hears every change that does not lie inside a gap.
   */
  it('keeps subscribers true through any history', () => {
    const action = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ kind: fc.constant('write' as const), name: fc.constantFrom('a', 'b', 'c') }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('delete' as const), name: fc.constantFrom('a', 'b', 'c') }),
      },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), count: fc.nat({ max: 4 }) }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'bookmark' } as const) },
      { weight: 1, arbitrary: fc.constant({ kind: 'resume' } as const) },
      { weight: 1, arbitrary: fc.constant({ kind: 'relist' } as const) },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const server = new History();
        const picture = listed([], 0);
        const told = new Map<string, string>();
        const versions: string[] = [];
        const gaps: { from: number; to: number }[] = [];
        let next = 0;
        const take = (events: readonly WatchEvent[]): void => {
          for (const event of events) {
            if (event.type === 'GAP')
              gaps.push({ from: Number(event.fromResourceVersion), to: Number(event.toResourceVersion) });
            if (!('object' in event)) continue;
            const { uid = '', resourceVersion = '' } = event.object.metadata;
            versions.push(`${event.type === 'DELETED' ? 'DELETED' : 'state'} ${uid} ${resourceVersion}`);
            if (event.type === 'DELETED') told.delete(uid);
            else told.set(uid, resourceVersion);
          }
        };
        const deliver = (count: number): void => {
          for (const frame of server.frames.slice(next, next + count)) take(picture.frame(frame, at(0)));
          next = Math.min(server.frames.length, next + count);
        };
        for (const one of actions) {
          if (one.kind === 'write') server.write(one.name);
          else if (one.kind === 'delete') server.remove(one.name);
          else if (one.kind === 'deliver') deliver(one.count);
          else if (one.kind === 'bookmark' && next === server.frames.length) {
            take(
              picture.frame(
                { type: 'BOOKMARK', resourceVersion: String(server.version), initialEventsEnd: false },
                at(0),
              ),
            );
          } else if (one.kind === 'resume') next = server.after(Number(picture.resourceVersion));
          else if (one.kind === 'relist') {
            picture.startList({ at: at(0), reason: 'gone' });
            for (const object of server.objects.values()) picture.listed(object);
            take(picture.listComplete(String(server.version), at(0)));
            next = server.frames.length;
          }
        }
        deliver(server.frames.length);
        const truth = [...server.objects.values()].map((object) => object.metadata);
        expect(told).toEqual(new Map(truth.map(({ uid = '', resourceVersion = '' }) => [uid, resourceVersion])));
        expect(new Set(versions).size).toBe(versions.length);
        const inGap = (version: number): boolean => gaps.some((gap) => version > gap.from && version <= gap.to);
        const missed = server.frames.filter(({ type, object: { metadata } }) => {
          const heard = `${type === 'DELETED' ? 'DELETED' : 'state'} ${metadata.uid} ${metadata.resourceVersion}`;
          return !inGap(Number(metadata.resourceVersion)) && !versions.includes(heard);
        });
        expect(missed).toEqual([]);
      }),
    );
  });
});

/** What an API server would have to tell, in order; every change has the next version. */
class History {
  readonly frames: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }[] = [];
  readonly objects = new Map<string, KubeObject>();
  version = 0;

  write(name: string): void {
    this.version += 1;
    const known = this.objects.get(name);
    const object = pod(name, this.version, known?.metadata.uid ?? `${name}-${this.version}`);
    this.objects.set(name, object);
    this.frames.push({ type: known === undefined ? 'ADDED' : 'MODIFIED', object });
  }

  remove(name: string): void {
    const known = this.objects.get(name);
    if (known === undefined) return;
    this.version += 1;
    this.objects.delete(name);
    this.frames.push({ type: 'DELETED', object: pod(name, this.version, known.metadata.uid) });
  }

  /** Position of the first frame after a version: where a resumed stream begins. */
  after(version: number): number {
    return this.frames.filter((frame) => Number(frame.object.metadata.resourceVersion) <= version).length;
  }
}
