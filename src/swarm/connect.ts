import './unneeded-parts.ts';
import Docker from 'dockerode';
import { type AnswerLimits, limitAnswers } from './answer-limit.ts';

const defaultLimits: AnswerLimits = { lookMs: 60_000, changeMs: 10 * 60_000 };

/**
 * `dockerHost` is written as for the Docker CLI, e.g. `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`; undefined:
 * the local socket. An Engine that does not answer within `limits` (default 1 min, 10 min for a change) counts as away.
 */
export function connectDocker(dockerHost: string | undefined, limits = defaultLimits): Docker {
  const docker = open(dockerHost);
  limitAnswers(docker, limits);
  return docker;
}

function open(dockerHost: string | undefined): Docker {
  if (!dockerHost) return new Docker({ socketPath: '/var/run/docker.sock', host: undefined });
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice(7), host: undefined });
  const { protocol, hostname, port, username } = new URL(dockerHost);
  if (protocol === 'ssh:') return new Docker({ protocol: 'ssh', host: hostname, port: port || 22, username });
  // The certificates come from DOCKER_CERT_PATH, which dockerode reads itself.
  const secure = protocol === 'https:' || port === '2376' || Boolean(process.env['DOCKER_TLS_VERIFY']);
  return new Docker({ protocol: secure ? 'https' : 'http', host: hostname, port: port || (secure ? 2376 : 2375) });
}
