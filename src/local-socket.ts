/** In the data folder: what the command line of the same machine talks to. */
export const socketName = 'shipmate.sock';
/** In the data folder: where callers prove whose they are, see `OwnerProofs`. */
export const callersFolder = 'callers';
