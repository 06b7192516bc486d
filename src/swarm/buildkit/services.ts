import { type ServiceDefinition, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { type Codec, readSchema } from './codec.ts';
import { packet } from './files-protocol.ts';
import { sendFolder, type SentFolders } from './send-folder.ts';

/** What a build may ask of Shipmate while it runs. */
export interface BuildServices {
  /** Values of `RUN --mount=type=secret,id=…`. */
  secrets: Record<string, string>;
  /** Login at a registry, e.g. `registry-1.docker.io`; undefined for anonymous access. */
  login(host: string): { username: string; password: string } | undefined;
  files: SentFolders;
}

interface Service {
  definition: ServiceDefinition;
  implementation: UntypedServiceImplementation;
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

/** gRPC services of a session. BuildKit ends a session that does not answer its health check, every second on some. */
export function sessionServices({ files, login, secrets }: BuildServices): Service[] {
  return [
    answering<{ Host: string }, { Username?: string; Secret?: string }>(
      '/moby.filesync.v1.Auth/Credentials',
      ['CredentialsRequest', 'CredentialsResponse'],
      ({ Host }) => {
        const found = login(Host);
        return found ? { Username: found.username, Secret: found.password } : {};
      },
    ),
    answering<{ ID: string }, { data: Buffer }>(
      '/moby.buildkit.secrets.v1.Secrets/GetSecret',
      ['GetSecretRequest', 'GetSecretResponse'],
      ({ ID }) => (Object.hasOwn(secrets, ID) ? { data: Buffer.from(secrets[ID] ?? '') } : undefined),
    ),
    answering<object, { status: number }>(
      '/grpc.health.v1.Health/Check',
      ['HealthCheckRequest', 'HealthCheckResponse'],
      () => ({ status: serving }),
    ),
    {
      definition: { DiffCopy: method('/moby.filesync.v1.FileSync/DiffCopy', packet, packet, true) },
      implementation: { DiffCopy: sendFolder(files) },
    },
  ];
}

/** One call with one answer; undefined: there is nothing of that name. */
function answering<Request, Response>(
  path: string,
  [request, response]: [string, string],
  answer: (request: Request) => Response | undefined,
): Service {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    definition: { [name]: method(path, schema<Request>(request), schema<Response>(response), false) },
    implementation: {
      [name]: (call: { request: Request }, callback: (error: object | null, response?: Response) => void) => {
        const found = answer(call.request);
        if (found) callback(null, found);
        else callback({ code: status.NOT_FOUND, details: 'not found' });
      },
    },
  };
}

function method<Request, Response>(path: string, request: Codec<Request>, response: Codec<Response>, stream: boolean) {
  return {
    path,
    requestStream: stream,
    responseStream: stream,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}
