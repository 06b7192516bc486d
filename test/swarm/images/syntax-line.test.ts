import { describe, expect, it } from '@jest/globals';
import { frontendImage } from '../../../src/swarm/images/syntax-line.ts';

describe('the image that reads a Dockerfile', () => {
  it.each([
    ['# syntax=docker/dockerfile:1\nFROM scratch', 'docker/dockerfile:1'],
    ['#syntax = docker/dockerfile:1.7-labs\nFROM scratch', 'docker/dockerfile:1.7-labs'],
    ['# escape=`\n# SYNTAX=docker.io/docker/dockerfile\nFROM scratch', 'docker.io/docker/dockerfile'],
    ['#!/usr/bin/env docker\n# syntax=docker/dockerfile:1\n', 'docker/dockerfile:1'],
    ['# a comment\n# syntax=docker/dockerfile:1\n', undefined],
    ['FROM scratch\n# syntax=docker/dockerfile:1\n', undefined],
    ['', undefined],
  ])('%j', (text, image) => {
    expect(frontendImage(text, {})).toBe(image);
  });

  it.each([
    ['# syntax=evil/frontend:1', {}],
    ['# syntax=docker/dockerfile-evil:1', {}],
    ['// syntax=evil/frontend:1\n{}', {}],
    ['{"syntax": "evil/frontend:1"}', {}],
    ['FROM scratch', { BUILDKIT_SYNTAX: 'evil/frontend:1' }],
    ['# syntax=docker/dockerfile:1', { BUILDKIT_SYNTAX: 'evil/frontend:1' }],
  ])('is only one of Docker’s: %j', (text, args) => {
    expect(() => frontendImage(text, args)).toThrow('Shipmate builds with `docker/dockerfile` only');
  });

  it('is found in linear time, however many blanks a line has', () => {
    const blanks = ' '.repeat(500_000);
    expect(frontendImage(`# syntax=docker/dockerfile:1${blanks}x\n`, {})).toBe('docker/dockerfile:1');
    expect(frontendImage(`#${blanks}a${blanks}=${blanks}b${blanks}c\n# syntax=docker/dockerfile:1`, {})).toBe(
      'docker/dockerfile:1',
    );
  });
});
