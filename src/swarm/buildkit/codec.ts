import protobuf from 'protobufjs/light.js';

/** Protocol buffers of one message. Fields that were not sent have their defaults; messages among them are null. */
export interface Codec<T> {
  encode(value: T): Buffer;
  /** @throws {Error} for bytes that are no such message. */
  decode(bytes: Uint8Array): T;
}

/** e.g. `{ nested: { Point: { fields: { x: { type: 'int32', id: 1 } } } } }` */
export type Schema = protobuf.INamespace;

/** The messages of a schema by name. */
export function readSchema(schema: Schema): <T>(message: string) => Codec<T> {
  const root = protobuf.Root.fromJSON(schema);
  return <T>(message: string) => {
    const type = root.lookupType(message);
    return {
      encode: (value) => Buffer.from(type.encode(value as object).finish()),
      decode: (bytes) => type.decode(bytes) as unknown as T,
    };
  };
}
