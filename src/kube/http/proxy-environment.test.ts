import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy-environment.ts';

const HTTPS_PROXY = 'http://proxy.example:3128';
const via = (server: string, noProxy?: string): boolean =>
  proxyFor(server, { HTTPS_PROXY, ...(noProxy === undefined ? {} : { NO_PROXY: noProxy }) }) !== undefined;

describe('proxyFor', () => {
  it('follows HTTPS_PROXY and HTTP_PROXY, lower case too', () => {
    expect(proxyFor('https://api.example', { HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('https://api.example', { https_proxy: 'proxy:1' })).toBe('http://proxy:1');
    expect(proxyFor('https://api.example', { HTTP_PROXY: 'http://other' })).toBeUndefined();
    expect(proxyFor('http://api.example', { HTTP_PROXY: 'http://other' })).toBe('http://other');
    expect(proxyFor('https://api.example', {})).toBeUndefined();
  });

  it('never for loopback', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]'])
      expect(via(`https://${host}:6443`)).toBe(false);
  });

  it('heeds NO_PROXY: names with their subdomains, addresses, ranges, ports, everything', () => {
    expect(via('https://api.corp.example', 'corp.example')).toBe(false);
    expect(via('https://corp.example', 'corp.example')).toBe(false);
    expect(via('https://corp.example', '.corp.example')).toBe(true);
    expect(via('https://notcorp.example', 'corp.example')).toBe(true);
    expect(via('https://10.1.2.3:6443', '10.0.0.0/8')).toBe(false);
    expect(via('https://11.1.2.3:6443', '10.0.0.0/8, 192.168.0.0/16')).toBe(true);
    expect(via('https://[fd00::1]:6443', 'fd00::/8')).toBe(false);
    expect(via('https://[fd00::1]:6443', 'fd00::1')).toBe(false);
    expect(via('https://10.1.2.3:6443', '10.1.2.3:6443')).toBe(false);
    expect(via('https://10.1.2.3:6443', '10.1.2.3:443')).toBe(true);
    expect(via('https://10.1.2.3', '10.1.2.3:443')).toBe(false);
    expect(via('https://api.example', 'x, *')).toBe(false);
    expect(via('https://api.example', '')).toBe(true);
  });
});
