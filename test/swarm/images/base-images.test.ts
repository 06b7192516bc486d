import { expect, it } from '@jest/globals';
import { platformArgs } from '../../../src/swarm/images/platform-args.ts';
import { baseImages } from '../../../src/swarm/images/base-images.ts';

it.each<[string, string, string[]]>([
  [
    'the base of every stage',
    'FROM node:24 AS build\nRUN npm ci\nFROM caddy:2\nCOPY --from=build /a /a',
    ['node:24', 'caddy:2'],
  ],
  ['lower-case words and a platform', 'from --platform=linux/amd64 debian:12 as base\nfrom base', ['debian:12']],
  ['nothing', 'FROM scratch\nCOPY --from=0 /a /a', []],
  [
    'images that files are copied from',
    'FROM scratch\nCOPY --from=ghcr.io/acme/tools:1 /bin/x /x',
    ['ghcr.io/acme/tools:1'],
  ],
  ['images that a step mounts', 'FROM a\nRUN --mount=type=bind,from=b:2,target=/x true', ['a', 'b:2']],
  ['what is copied in what builds on it', 'FROM a\nONBUILD COPY --from=b /x /x', ['a', 'b']],
  ['arguments', 'ARG VERSION=24\nARG BASE=node:$VERSION\nFROM ${BASE}-slim', ['node:24-slim']],
  [
    'defaults of arguments',
    'ARG A\nARG B=\nFROM ${A:-one}\nFROM ${B:-two}\nFROM ${B-}three\nFROM $A${C-four}',
    ['one', 'two', 'three', 'four'],
  ],
  ['lines that go on', 'FROM \\\n  node:24 \\\n  AS build', ['node:24']],
  ['no line of a script', 'FROM a\nRUN <<EOF\nFROM b\nCOPY --from=c / /\nEOF', ['a']],
  ['nothing in comments', '# FROM b\nFROM a\n# COPY --from=c / /', ['a']],
  ['the image that reads it', '# syntax=docker/dockerfile:1\nFROM a', ['docker/dockerfile:1', 'a']],
  ['another escape', '# escape=`\nFROM `\n  a', ['a']],
])('names %s', (_, text, images) => {
  expect(baseImages(text, {})).toEqual(images);
});

it('build arguments come before defaults, for arguments that are declared', () => {
  expect(baseImages('ARG BASE=a\nFROM $BASE\nFROM b$OTHER', { BASE: 'c', OTHER: 'd' })).toEqual(['c', 'b']);
});

it('named contexts are no images, but what they lead to may be one', () => {
  const text = 'FROM docker.io/library/node:latest\nCOPY --from=shared /x /\nFROM other';
  const contexts = {
    node: 'docker-image://node:24-slim',
    shared: './shared',
    'other:latest': 'https://example.com/x.git',
  };
  expect(baseImages(text, {}, { contexts })).toEqual(['node:24-slim']);
});

it('the name of a stage with a tag is an image', () => {
  expect(baseImages('FROM a AS node\nFROM node:latest', {})).toEqual(['a', 'node:latest']);
});

it('arguments of BuildKit itself need no declaration', () => {
  const text = 'ARG TARGETOS\nFROM base-$TARGETOS-$TARGETARCH\nFROM ${BUILDPLATFORM}';
  const platform = platformArgs('linux/arm64');
  expect(baseImages(text, {}, { platform })).toEqual(['base-linux-arm64', 'linux/arm64']);
  expect(baseImages('ARG TARGETARCH=amd64\nFROM base-$TARGETARCH', {}, { platform })).toEqual(['base-amd64']);
  expect(baseImages(text, { TARGETARCH: 'riscv64' }, { platform })).toEqual(['base-linux-riscv64', 'linux/arm64']);
});

it('a name that only the builder can read is refused', () => {
  expect(() => baseImages('ARG A=b\nFROM ${A#b}', {})).toThrow('is an image name that cannot be resolved');
});
