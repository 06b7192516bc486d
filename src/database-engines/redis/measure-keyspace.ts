import type { Measure } from '../dump-tool.ts';

/**
 * Keys per numbered database, as `info keyspace` prints them: `db0:keys=3,expires=1,avg_ttl=0`.
 * @see https://redis.io/docs/latest/commands/info/
 */
export function measureKeyspace(): Measure {
  const chunks: Buffer[] = [];
  return {
    add: (chunk) => void chunks.push(chunk),
    end() {
      const lines = Buffer.concat(chunks)
        .toString('utf8')
        .matchAll(/^(db\d+):keys=(\d+)/gm);
      return Object.fromEntries([...lines].map(([, name = '', keys]) => [name, { rows: Number(keys) }]));
    },
  };
}
