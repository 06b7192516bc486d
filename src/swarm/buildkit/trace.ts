import { readSchema } from './codec.ts';

/** A step of a build; sent whenever something about it changes. */
export interface Vertex {
  digest: string;
  /** e.g. `[build 2/5] RUN npm ci`, `exporting to image`. */
  name: string;
  cached: boolean;
  /** Null before it has started, or ended. */
  started: object | null;
  completed: object | null;
  /** Empty unless it failed. */
  error: string;
}

/** What a step printed: any piece of it. */
export interface VertexLog {
  /** Digest of the step. */
  vertex: string;
  msg: Uint8Array;
}

export interface VertexWarning {
  short: Uint8Array;
  url: string;
}

/** What BuildKit tells about a running build, about ten times a second. */
export interface Trace {
  vertexes: Vertex[];
  logs: VertexLog[];
  warnings: VertexWarning[];
}

const time = { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } };

/** As far as it is read: unknown fields are skipped. @see moby/buildkit `api/services/control/control.proto` */
const schema = readSchema({
  nested: {
    Time: time,
    StatusResponse: {
      fields: {
        vertexes: { rule: 'repeated', type: 'Vertex', id: 1 },
        logs: { rule: 'repeated', type: 'VertexLog', id: 3 },
        warnings: { rule: 'repeated', type: 'VertexWarning', id: 4 },
      },
    },
    Vertex: {
      fields: {
        digest: { type: 'string', id: 1 },
        name: { type: 'string', id: 3 },
        cached: { type: 'bool', id: 4 },
        started: { type: 'Time', id: 5 },
        completed: { type: 'Time', id: 6 },
        error: { type: 'string', id: 7 },
      },
    },
    VertexLog: { fields: { vertex: { type: 'string', id: 1 }, msg: { type: 'bytes', id: 4 } } },
    VertexWarning: { fields: { short: { type: 'bytes', id: 3 }, url: { type: 'string', id: 5 } } },
  },
});

export const traceCodec = schema<Trace>('StatusResponse');

/** The `aux` of a message `moby.buildkit.trace`: base64 of a `StatusResponse`. */
export function decodeTrace(aux: string): Trace {
  return traceCodec.decode(Buffer.from(aux, 'base64'));
}
