import { randomBytes } from 'node:crypto';
import { unpackText } from '../../src/backup-store/pack-text.ts';
import type { BackupStore } from '../../src/backup-store/backup-store.ts';
import type { OneShot, OneShots, Running } from '../../src/swarm/containers/one-shot.ts';

function unexpectedCall(name: string): never {
  throw new Error(`the fake does not do ${name}`);
}

/** What is read by a program that prints all of it, unpacked where it is one that unpacks. */
export async function printedBack(
  { command }: { command: readonly string[] },
  input: AsyncIterable<Buffer> | undefined,
): Promise<string> {
  const unpacks = input !== undefined && command.some((word) => word.includes('zstd -d'));
  const parts: Buffer[] = [];
  for await (const part of unpacks ? unpackText(input) : (input ?? [])) parts.push(part);
  return Buffer.concat(parts).toString();
}

interface FakeOneShots extends OneShots {
  /** What programs print that run beside a server. */
  output(shot: OneShot): AsyncIterable<Buffer>;
}

/** Programs print what they read and end well; servers come up at once. Idle containers have what runs once. */
export function fakeOneShots(over: Partial<FakeOneShots> = {}): FakeOneShots {
  const running: Running = {
    output: () => unexpectedCall('output'),
    run: (program, input) => printedBack(program, input),
    remove: async () => undefined,
  };
  return {
    output: () => unexpectedCall('output'),
    run: (shot, input) => printedBack(shot, input),
    async idle(idle) {
      return {
        output: (program) => this.output({ ...program, ...idle }),
        run: (program, input, signal) => this.run({ ...program, ...idle }, input, signal),
        remove: async () => undefined,
      };
    },
    start: async () => running,
    requireVolume: async () => undefined,
    awaitUnused: async () => undefined,
    readVolume: () => unexpectedCall('readVolume'),
    writeVolume: async () => unexpectedCall('writeVolume'),
    fillVolume: async () => unexpectedCall('fillVolume'),
    removeLabelled: async () => undefined,
    ...over,
  };
}

/** Keeps what it is given in memory: location → snapshot → tag and data. */
export function fakeBackupStore(over: Partial<BackupStore> = {}) {
  const repositories = new Map<string, Map<string, { tag: string; data: Buffer }>>();
  const held = (location: string) => repositories.get(location) ?? unexpectedCall(`open ${location}`);
  const store: BackupStore = {
    async create({ location }) {
      if (!repositories.has(location)) repositories.set(location, new Map());
    },
    async open({ location }) {
      if (!repositories.has(location)) throw new Error(`there is no repository in ${location}`);
    },
    async write({ location }, { tag }, data) {
      const parts: Buffer[] = [];
      for await (const part of data) parts.push(part);
      const snapshot = randomBytes(32).toString('hex');
      held(location).set(snapshot, { tag, data: Buffer.concat(parts) });
      return { snapshot, addedBytes: Buffer.concat(parts).length };
    },
    async *read({ location }, snapshot) {
      yield held(location).get(snapshot)?.data ?? unexpectedCall(`read ${snapshot}`);
    },
    async find({ location }, tag) {
      return [...held(location)].filter(([, one]) => tag === undefined || one.tag === tag).map(([id]) => id);
    },
    async forget({ location }, snapshots) {
      for (const snapshot of snapshots) held(location).delete(snapshot);
    },
    async list({ location }, tag) {
      return [...held(location)].filter(([, one]) => one.tag === tag).map(([snapshot]) => ({ name: 'data', snapshot }));
    },
    async drop({ location }, snapshots) {
      for (const snapshot of snapshots) held(location).delete(snapshot);
    },
    check: async () => undefined,
    size: async () => 0,
    async destroy(location) {
      for (const one of repositories.keys()) if (one.startsWith(location)) repositories.delete(one);
    },
    ...over,
  };
  return { store, repositories };
}
