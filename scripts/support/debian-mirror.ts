import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** From where this machine gets its own packages; security updates come from elsewhere. */
export async function debianMirror(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(CODENAME)']);
  const found = stdout.split('\n').map((line) => line.split(' '));
  const [address] = found.find(([, codename]) => /^[a-z]+$/.test(codename ?? '')) ?? [];
  if (address === undefined) throw new Error('this machine names no place to get packages of Debian from');
  return address;
}
