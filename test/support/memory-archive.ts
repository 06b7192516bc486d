import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Archive } from '../../src/archive/archive.ts';
import { NotFoundError } from '../../src/errors.ts';

/** An archive that is gone with the test. */
export function memoryArchive(objects = new Map<string, Buffer>()): Archive {
  const sizes = () => [...objects].map(([name, { length }]) => ({ name, bytes: length }));
  return {
    location: 'memory',
    async put(name, body) {
      objects.set(name, await buffer(body));
    },
    async get(name) {
      const found = objects.get(name);
      if (!found) throw new NotFoundError(`The archive has no \`${name}\`.`);
      return Readable.from([found]);
    },
    head: async (name) => sizes().find((one) => one.name === name),
    list: async (prefix) =>
      sizes()
        .filter(({ name }) => name.startsWith(prefix))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}
