import type { Codec } from './codec.ts';
import { readSchema } from './codec.ts';
import type { GrpcMethod } from './grpc-connection.ts';
import { type Trace, traceCodec } from './trace.ts';

export interface SolveRequest {
  /** Names the build. */
  Ref: string;
  Exporter: string;
  ExporterAttrs: Record<string, string>;
  /** Id of the session that has its files. */
  Session: string;
  Frontend: string;
  FrontendAttrs: Record<string, string>;
}

const map = (id: number) => ({ keyType: 'string', type: 'string', id });

/** As far as it is sent. @see moby/buildkit `api/services/control/control.proto` */
const schema = readSchema({
  nested: {
    SolveRequest: {
      fields: {
        Ref: { type: 'string', id: 1 },
        Exporter: { type: 'string', id: 3 },
        ExporterAttrs: map(4),
        Session: { type: 'string', id: 5 },
        Frontend: { type: 'string', id: 6 },
        FrontendAttrs: map(7),
      },
    },
    SolveResponse: { fields: { ExporterResponse: map(1) } },
    StatusRequest: { fields: { Ref: { type: 'string', id: 1 } } },
  },
});

/** Answers once the image has its name. */
export const solve: GrpcMethod<SolveRequest, { ExporterResponse: Record<string, string> }> = {
  path: '/moby.buildkit.v1.Control/Solve',
  request: schema('SolveRequest'),
  answer: schema('SolveResponse'),
};

/** Tells of a build until it has ended. */
export const status: GrpcMethod<{ Ref: string }, Trace> = {
  path: '/moby.buildkit.v1.Control/Status',
  request: schema('StatusRequest') satisfies Codec<{ Ref: string }>,
  answer: traceCodec,
};
