/** In the data folder: what the command line of the same machine talks to. */
export const socketName = 'shipmate.sock';
/** In the data folder: where callers prove whose they are, see `OwnerProofs`. */
export const callersFolder = 'callers';
/** In the data folder: what the relay of the ingress sees of it. */
export const relayFolder = 'ingress';
/** In that folder: where Shipmate answers to the relay. */
export const relaySocket = 'shipmate.sock';
