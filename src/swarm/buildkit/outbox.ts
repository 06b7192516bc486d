import { frameHead, headBytes } from './grpc-frames.ts';

/** Of what is sent in one write, bytes. */
const slabBytes = 256 * 1024;
/** Waiting bytes from which on the other end's readiness is waited for. */
const enoughBytes = 1024 * 1024;

/** Puts small messages together, so that thousands of them cost few writes. */
export interface Outbox {
  /** Copies a message. */
  add(message: Uint8Array): void;
  /** Room for a message of this length, which is to be filled before anything else happens. */
  room(length: number): Buffer;
  /** Resolves when there is room for more; what waits is sent at the latest in the next turn of the event loop. */
  ready(): Promise<void>;
  /** Sends what waits. */
  flush(): Promise<void>;
}

/** @param send See `ServerCall`. */
export function createOutbox(send: (frames: readonly Uint8Array[]) => Promise<void>): Outbox {
  let slab = Buffer.alloc(0);
  let used = 0;
  let begun = 0;
  let full: Buffer[] = [];
  let waiting = 0;
  let turn: NodeJS.Immediate | undefined;
  let failed: unknown;

  function room(length: number): Buffer {
    const all = headBytes + length;
    if (used + all > slab.length) {
      if (used > begun) full.push(slab.subarray(begun, used));
      slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, all));
      used = begun = 0;
    }
    frameHead(slab, used, length);
    const space = slab.subarray(used + headBytes, used + all);
    used += all;
    waiting += all;
    turn ??= setImmediate(() => void flush().catch((error: unknown) => (failed ??= error)));
    return space;
  }

  async function flush(): Promise<void> {
    clearImmediate(turn);
    turn = undefined;
    const frames = used > begun ? [...full, slab.subarray(begun, used)] : full;
    full = [];
    begun = used;
    waiting = 0;
    await send(frames);
  }

  return {
    room,
    flush,
    add(message) {
      room(message.length).set(message);
    },
    async ready() {
      if (failed !== undefined) throw failed;
      if (waiting >= enoughBytes) await flush();
    },
  };
}
