interface Lock {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  devDependencies?: Record<string, string>;
}

/**
 * The lock file of a package: those who install it get the very versions that were tested, below it, where `shipmate
 * install` finds them. npm would install what only development needs if it were named.
 */
export function shrinkwrapOf({ packages, ...lock }: Lock): Lock {
  const kept = Object.entries(packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
  const entries = kept.map(([path, { devDependencies: _left, ...locked }]) => [path, locked] as const);
  return { ...lock, packages: Object.fromEntries(entries) };
}
