import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { ignoreMissing } from '../engine-errors.ts';
import { importLayer } from '../images/import-folder.ts';
import { labelKeys } from '../labels.ts';
import { frameReader } from '../output-frames.ts';
import { engineArchitecture } from './architecture.ts';
import { readProbe } from './probe-config.ts';

/** Where the image has the probe. */
const program = '/probe';

/**
 * Runs the probe in a container of its own on the Engine's node, which the Engine removes when it ends.
 * @param network Name of an attachable network, or `container:<id>` for the network namespace of another container.
 * @returns the lines that it printed; undefined on an architecture without a probe.
 */
export async function runProbe(
  docker: Docker,
  network: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const image = await ensureImage(docker, signal);
  if (image === undefined) return undefined;
  const container = await docker.createContainer({
    Image: image,
    Cmd: [program, ...args],
    User: '65534:65534',
    Labels: { [labelKeys.managed]: 'true' },
    HostConfig: {
      NetworkMode: network,
      AutoRemove: true,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  const stream = await container.attach({ stream: true, stdout: true });
  await container.start();
  const end = () => (stream as { destroy?: () => void }).destroy?.();
  signal.addEventListener('abort', end, { once: true });
  try {
    return (await textOf(stream as AsyncIterable<Buffer>)).trim().split('\n');
  } finally {
    signal.removeEventListener('abort', end);
    signal.throwIfAborted();
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const read = frameReader();
  const printed: Buffer[] = [];
  // The probe prints 64 KiB at most.
  for await (const chunk of stream) for (const { bytes } of read(chunk)) printed.push(bytes);
  return Buffer.concat(printed).toString('utf8');
}

async function ensureImage(docker: Docker, signal: AbortSignal): Promise<string | undefined> {
  const architecture = await engineArchitecture(docker);
  if (architecture === undefined) return undefined;
  const probe = await readProbe(architecture);
  const tag = `shipmate/probe:${createHash('sha256').update(probe).digest('hex').slice(0, 12)}`;
  if (await docker.getImage(tag).inspect().catch(ignoreMissing)) return tag;
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-probe-'));
  try {
    await writeFile(join(folder, 'probe'), probe, { mode: 0o755 });
    await importLayer(docker, { folder, tag, changes: [`LABEL ${labelKeys.managed}=true`] }, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return tag;
}
