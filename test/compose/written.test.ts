import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { ComposeError, type ComposeStack } from '../../src/compose/parse.ts';
import { parse } from './parse-text.ts';

/** Compose files as people write them for common kinds of applications. */
const folder = new URL('written/', import.meta.url);
const names = readdirSync(folder)
  .map((file) => file.replace('.yaml', ''))
  .sort();

const outcomes = JSON.parse(readFileSync(new URL('written-outcomes.json', import.meta.url), 'utf8')) as Record<
  string,
  unknown
>;

function outcomeOf(text: string) {
  try {
    return summaryOf(parse(text, { variables: { DOMAIN: 'example.com', SECRET_KEY_BASE: 'k' } }));
  } catch (error) {
    if (error instanceof ComposeError) return { refused: error.message.split('\n').slice(1) };
    throw error;
  }
}

function summaryOf({ needs, services, warnings }: ComposeStack) {
  return {
    services: services.map(
      ({ endsByItself, isGlobal, name }) => `${name}${endsByItself ? ' (task)' : ''}${isGlobal ? ' (each node)' : ''}`,
    ),
    ...(needs.length > 0 && { needs: needs.map(({ grant, service }) => `${service} ${grant}`) }),
    ...(warnings.length > 0 && { warnings }),
    ports: services.flatMap(({ hostPorts, name, published }) =>
      [...published, ...hostPorts].map(
        ({ container, host, protocol }) => `${name} ${host}:${container}${protocol ? `/${protocol}` : ''}`,
      ),
    ),
    mounts: services.flatMap(({ checkoutMounts, hostPaths, name, tmpfs, volumes }) => [
      ...[...volumes.map((one) => ({ ...one, source: one.volume })), ...checkoutMounts, ...hostPaths].map(
        ({ readOnly, source, target }) => `${name} ${source}:${target}${readOnly ? ':ro' : ''}`,
      ),
      ...tmpfs.map(({ target }) => `${name} tmpfs:${target}`),
    ]),
  };
}

it.each(names)('%s is read as its author meant it, or refused by line', (name) => {
  expect(outcomeOf(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'))).toEqual(outcomes[name]);
});

it('every file has an outcome', () => {
  expect(Object.keys(outcomes).sort()).toEqual(names);
});
