import { readSchema } from './codec.ts';
import { grpcCodes, GrpcError } from './grpc-error.ts';
import { framed } from './grpc-frames.ts';
import type { Method } from './grpc-server.ts';
import { sendFolder, type SentFolders } from './send-folder.ts';

/** What a build may ask of Shipmate while it runs. */
export interface BuildServices {
  /** Values of `RUN --mount=type=secret,id=…`. */
  secrets: Record<string, string>;
  /** Login at a registry, e.g. `registry-1.docker.io`; undefined for anonymous access. */
  login(host: string): { username: string; password: string } | undefined;
  files: SentFolders;
}

/** @see moby/buildkit `session/auth/auth.proto`, `session/secrets/secrets.proto`; grpc `health.proto` */
const schema = readSchema({
  nested: {
    CredentialsRequest: { fields: { Host: { type: 'string', id: 1 } } },
    CredentialsResponse: { fields: { Username: { type: 'string', id: 1 }, Secret: { type: 'string', id: 2 } } },
    GetSecretRequest: { fields: { ID: { type: 'string', id: 1 } } },
    GetSecretResponse: { fields: { data: { type: 'bytes', id: 1 } } },
    HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
    HealthCheckResponse: { fields: { status: { type: 'int32', id: 1 } } },
  },
});

const serving = 1;

/** What a session answers, by path. BuildKit ends one that does not answer its health check, every second on some. */
export function sessionMethods({ files, login, secrets }: BuildServices): ReadonlyMap<string, Method> {
  return new Map([
    [
      '/moby.filesync.v1.Auth/Credentials',
      answering<{ Host: string }, { Username?: string; Secret?: string }>(
        ['CredentialsRequest', 'CredentialsResponse'],
        ({ Host }) => {
          const found = login(Host);
          return found ? { Username: found.username, Secret: found.password } : {};
        },
      ),
    ],
    [
      '/moby.buildkit.secrets.v1.Secrets/GetSecret',
      answering<{ ID: string }, { data: Buffer }>(['GetSecretRequest', 'GetSecretResponse'], ({ ID }) =>
        Object.hasOwn(secrets, ID) ? { data: Buffer.from(secrets[ID] ?? '') } : undefined,
      ),
    ],
    [
      '/grpc.health.v1.Health/Check',
      answering<object, { status: number }>(['HealthCheckRequest', 'HealthCheckResponse'], () => ({ status: serving })),
    ],
    ['/moby.filesync.v1.FileSync/DiffCopy', sendFolder(files)],
  ]);
}

/** One call with one answer; undefined: there is nothing of that name. */
function answering<Request, Response>(
  [request, response]: [string, string],
  answer: (request: Request) => Response | undefined,
): Method {
  const [read, written] = [schema<Request>(request), schema<Response>(response)];
  return async ({ messages, send }) => {
    for await (const message of messages) {
      const found = answer(read.decode(message));
      if (!found) throw new GrpcError(grpcCodes.notFound, 'not found');
      return send([framed(written.encode(found))]);
    }
  };
}
