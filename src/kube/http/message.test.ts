import { describe, expect, it } from 'vitest';
import { bodyOf, flatHeaders, impersonationHeaders, parseJson, retryAfterOf, urlOf, warningsOf } from './message.ts';

describe('messages', () => {
  it('adds a query to a path with and without one, and leaves out what is undefined', () => {
    expect(urlOf({ path: '/a' })).toBe('/a');
    expect(urlOf({ path: '/a', query: { b: undefined } })).toBe('/a');
    expect(urlOf({ path: '/a?x=1', query: { labelSelector: 'a in (b,c)', limit: 5, watch: true } })).toBe(
      '/a?x=1&labelSelector=a+in+%28b%2Cc%29&limit=5&watch=true',
    );
  });

  it('sends objects as JSON and texts as they are', () => {
    expect(bodyOf({ a: 1 })).toBe('{"a":1}');
    expect(bodyOf('a: 1')).toBe('a: 1');
    expect(bodyOf(undefined)).toBeUndefined();
  });

  it('reads Retry-After in seconds and as a date', () => {
    expect(retryAfterOf({ 'retry-after': '7' })).toBe(7);
    expect(retryAfterOf({ 'retry-after': 'Tue, 24 Nov 2026 16:00:05 GMT' }, Date.UTC(2026, 10, 24, 16, 0, 0))).toBe(5);
    expect(retryAfterOf({ 'retry-after': 'soon' })).toBeUndefined();
    expect(retryAfterOf({})).toBeUndefined();
  });

  it('reads Warning headers, several and with quotes inside', () => {
    const warning = '299 - "unknown field \\"spec.x\\"", 299 - "v1 Endpoints is deprecated in v1.33+"';
    expect(warningsOf({ warning })).toEqual(['unknown field "spec.x"', 'v1 Endpoints is deprecated in v1.33+']);
    expect(warningsOf({})).toEqual([]);
  });

  it('joins repeated headers', () => {
    expect(flatHeaders({ Warning: ['a', 'b'], Date: 'd', none: undefined })).toEqual({ warning: 'a, b', date: 'd' });
  });

  it('parses only what calls itself JSON and is', () => {
    expect(parseJson('{"a":1}', { 'content-type': 'application/json' })).toEqual({ a: 1 });
    expect(parseJson('{"a":1}', { 'content-type': 'text/plain' })).toBeUndefined();
    expect(parseJson('{"a":', { 'content-type': 'application/json' })).toBeUndefined();
  });

  it('writes impersonation headers with encoded keys', () => {
    const extra = { 'Example.com/Team': ['a', 'b'] };
    expect(impersonationHeaders({ user: 'jane', uid: 'u', groups: ['g', 'h'], extra })).toEqual({
      'impersonate-user': 'jane',
      'impersonate-uid': 'u',
      'impersonate-group': ['g', 'h'],
      'impersonate-extra-example.com%2Fteam': ['a', 'b'],
    });
    expect(impersonationHeaders(undefined)).toEqual({});
    expect(impersonationHeaders({ user: 'jane', groups: [] })).toEqual({ 'impersonate-user': 'jane' });
  });
});
