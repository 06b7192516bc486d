import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/host/find-program.ts';
import type { IngressCertificate } from '../../src/ingress/ingress.ts';

const run = promisify(execFile);
const programs = new URL('../../node_modules/.cache/shipmate', import.meta.url).pathname;

/** A certificate for these hosts that only its own signature vouches for. */
export async function selfSigned(...hosts: string[]): Promise<IngressCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-cert-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = `subjectAltName=${hosts.map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`).join(',')}`;
    const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=test -addext ${names}`;
    await run(await findProgram('openssl', programs), [...made.split(' '), '-keyout', key, '-out', cert]);
    return { hosts, certificate: await readFile(cert, 'utf8'), privateKey: await readFile(key, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
