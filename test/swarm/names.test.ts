import { describe, expect, it } from '@jest/globals';
import { builtImageReference, isBuiltImage, networkName, secretName, serviceName } from '../../src/swarm/names.ts';

const dnsLabel = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

describe('serviceName', () => {
  it.each([
    ['shop', 'api', 'shop-api-'],
    ['Ünïcode Shop', 'API_v2', 'u-ni-code-shop-api-v2-'],
    ['9lives', 'cat', 'x-9lives-cat-'],
    ['---', '…', 'x-'],
    ['p'.repeat(60), 'a'.repeat(60), 'p'.repeat(54)],
  ])('is a DNS label for %s/%s', (project, application, start) => {
    const name = serviceName(project, application, 'id');
    expect(name).toMatch(dnsLabel);
    expect(name.startsWith(start)).toBe(true);
  });

  it('tells applications apart whose names read alike', () => {
    expect(serviceName('a-b', 'c', '1')).not.toBe(serviceName('a', 'b-c', '2'));
    expect(serviceName('shop', 'api', '1')).toBe(serviceName('shop', 'api', '1'));
  });
});

describe('networkName', () => {
  it('is a DNS label of its own', () => {
    expect(networkName('shop', '1')).toMatch(dnsLabel);
    expect(networkName('shop', '1')).not.toBe(networkName('shop', '2'));
  });
});

describe('builtImageReference', () => {
  const built = { project: 'shop', name: 'api', applicationId: '1' };

  it.each([
    [undefined, 'shipmate/shop-api-8e5f98f1:3f2c'],
    ['registry.example.com:5000', 'registry.example.com:5000/shop-api-8e5f98f1:3f2c'],
    ['https://registry.example.com/team/', 'registry.example.com/team/shop-api-8e5f98f1:3f2c'],
  ])('with the registry %s is %s', (registry, reference) => {
    expect(builtImageReference(registry, built, '3f2c')).toBe(reference);
    expect(isBuiltImage(registry, reference)).toBe(true);
  });

  it('tells apart what reads alike', () => {
    const reference = (project: string, name: string, applicationId: string) =>
      builtImageReference(undefined, { project, name, applicationId }, '1');
    expect(reference('shop', 'a-b', '1')).not.toBe(reference('shop-a', 'b', '2'));
    expect(reference('shop', 'a-b', '1')).not.toBe(reference('shop', 'a-b', '2'));
  });
});

describe('isBuiltImage', () => {
  it.each([
    'shipmate/shop-api:3f2c',
    'docker.io/shipmate/shop-api-1f3a9c02',
    'registry.example.com/team/shop-api-1f3a9c02:1',
  ])('%s has the name of one', (image) => expect(isBuiltImage('registry.example.com/team', image)).toBe(true));

  it.each([
    'nginx:1.27',
    'registry.example.com/team/api:1',
    'registry.example.com/shop-api-1f3a9c02',
    'ghcr.io/shipmate/x',
  ])('%s does not', (image) => expect(isBuiltImage('registry.example.com/team', image)).toBe(false));
});

describe('secretName', () => {
  it('changes with the value, does not show it, and fits Swarm', () => {
    const name = secretName('s'.repeat(63), 'TOKEN', 'hunter2');
    expect(name).toHaveLength(63);
    expect(name).not.toContain('hunter2');
    expect(name).not.toBe(secretName('s'.repeat(63), 'TOKEN', 'hunter3'));
  });
});
