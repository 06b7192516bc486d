import { describe, expect, it } from '@jest/globals';
import { amount, choice, integer, megabytes, readSettings, yesOrNo } from '../../src/database-engines/settings.ts';
import { compareVersions, versionOfImage } from '../../src/database-engines/versions.ts';
import { UsageError } from '../../src/errors.ts';

const known = {
  connections: integer(1, 100),
  memory: amount('256MB'),
  policy: choice('keep', 'drop'),
  durable: yesOrNo,
};

describe('settings', () => {
  it.each([
    ['connections', '100', 100],
    ['memory', '256mb', '256MB'],
    ['memory', '1 GiB', '1GB'],
    ['memory', '64k', '64kB'],
    ['policy', 'Drop', 'drop'],
    ['durable', 'no', false],
  ])('reads %s=%s', (key, text, value) => {
    expect(readSettings(known, [[key, text]])).toEqual({ [key]: value });
  });

  it.each([
    ['connections', '101'],
    ['connections', '-1'],
    ['memory', '0MB'],
    ['memory', '256MB; drop table'],
    ['policy', 'lose'],
    ['durable', 'perhaps'],
  ])('refuses %s=%s, and says what it takes', (key, text) => {
    expect(() => readSettings(known, [[key, text]])).toThrow(UsageError);
    expect(() => readSettings(known, [[key, text]])).toThrow(/takes/);
  });

  it.each(['speed', 'constructor', '__proto__'])('refuses the unknown key %s by name', (key) => {
    expect(() => readSettings(known, [[key, '1']])).toThrow(`\`${key}\` is not a setting`);
  });

  it('counts megabytes', () => {
    expect([megabytes('512kB'), megabytes('256MB'), megabytes('2GB')]).toEqual([0.5, 256, 2048]);
  });
});

describe('versions', () => {
  it.each([
    ['postgres:17', '17'],
    ['postgres:17.2-alpine', '17.2'],
    ['registry.example.com:5000/team/mysql:8.4@sha256:0a1b', '8.4'],
    ['valkey/valkey:v8.1', '8.1'],
    ['registry.example.com:5000/team/mysql', undefined],
    ['postgres:latest', undefined],
    ['postgres', undefined],
  ])('reads the version of %s', (image, version) => {
    expect(versionOfImage(image)).toBe(version);
  });

  it('compares as far as both say', () => {
    expect(compareVersions('17', '17.4')).toBe(0);
    expect(compareVersions('8.4', '8.10')).toBeLessThan(0);
    expect(compareVersions('10', '9.6')).toBeGreaterThan(0);
  });
});
