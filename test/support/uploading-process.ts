// An upload without end in a process of its own, which ends as Shipmate does: once its work has ended after a signal.
import { Readable } from 'node:stream';
import { s3Archive } from '../../src/archive/s3.ts';
import type { S3Config } from '../../src/config.ts';

const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort(new Error('shutting down')));
const megabytes = function* () {
  for (;;) yield Buffer.alloc(1024 ** 2);
};
const archive = s3Archive(JSON.parse(process.env['S3'] ?? '') as S3Config, { takeBackMs: 600_000 });
await archive.put('endless', Readable.from(megabytes()), stopping.signal).catch(() => undefined);
process.exit(0);
