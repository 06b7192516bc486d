import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const pollMs = 1_000;
/** The first health check comes after 30 seconds; a busy machine takes its time. */
const polls = 300;

export interface Container {
  untilHealthy(): Promise<void>;
  untilLogged(pattern: RegExp): Promise<void>;
  logs(): Promise<string>;
  /** The command line in it. */
  shipmate(...args: string[]): Promise<string>;
  stop(): Promise<void>;
  exitCode(): Promise<number>;
}

export interface Containers extends AsyncDisposable {
  volume: string;
  docker(...args: string[]): Promise<string>;
  nameOf(part: string): string;
  /** As the documentation starts one. */
  start(part: string, options: { volume?: boolean; variables?: string[] }): Promise<Container>;
}

/** Containers of an image; all of them go in the end, with their volume. */
export function openContainers(image: string): Containers {
  const prefix = `shipmate-installation-${randomBytes(3).toString('hex')}`;
  const nameOf = (part: string) => `${prefix}-${part}`;

  async function docker(...args: string[]): Promise<string> {
    const { stdout, stderr } = await run('docker', args, { maxBuffer: 16 * 1024 ** 2 });
    return `${stdout}${stderr}`.trim();
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 1; !(await holds()); tries += 1) {
      if (tries === polls) throw new Error(`${what} did not come`);
      await delay(pollMs);
    }
  }

  return {
    volume: prefix,
    docker,
    nameOf,
    async start(part, { variables = [], volume = false }) {
      const name = nameOf(part);
      const { gid } = await stat('/var/run/docker.sock');
      const socket = ['--volume', '/var/run/docker.sock:/var/run/docker.sock', '--group-add', String(gid)];
      const data = volume ? ['--volume', `${prefix}:/data`] : [];
      const env = variables.flatMap((variable) => ['--env', variable]);
      await docker(
        'run',
        '--detach',
        '--init',
        '--name',
        name,
        '--stop-timeout',
        '35',
        ...socket,
        ...data,
        ...env,
        image,
      );
      const logs = () => docker('logs', name);
      const state = (field: string) => docker('inspect', '--format', `{{.State.${field}}}`, name);
      return {
        untilHealthy: () => until('the health check', async () => (await state('Health.Status')) === 'healthy'),
        untilLogged: (pattern) => until(String(pattern), async () => pattern.test(await logs())),
        logs,
        shipmate: (...args) => docker('exec', name, 'shipmate', ...args),
        stop: async () => void (await docker('stop', name)),
        exitCode: async () => Number(await state('ExitCode')),
      };
    },
    async [Symbol.asyncDispose]() {
      const names = await docker('ps', '--all', '--quiet', '--filter', `name=^${prefix}-`);
      if (names !== '') await docker('rm', '--force', '--volumes', ...names.split('\n'));
      await docker('volume', 'rm', '--force', prefix);
      await docker('rmi', '--force', image);
    },
  };
}
