/** A server that is gone without a word is noticed within 20 s, not within the two hours of most kernels. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
