/** A part that is made when it is first used: what it needs is loaded then, and not by every start. */
export type OnUse<T> = () => Promise<T>;

/** Makes it once; after a failure, the next use tries again. */
export function onUse<T>(make: () => Promise<T>): OnUse<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
