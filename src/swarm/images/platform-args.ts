/** Arguments that BuildKit gives to every Dockerfile, names of images included. */
const automatic = ['TARGET', 'BUILD'].flatMap((of) => ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((what) => of + what));

/** Their values when nothing else is asked for than the Engine's own platform, e.g. `linux/amd64`. */
export function platformArgs(platform: string): Record<string, string> {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  const values: Record<string, string> = { PLATFORM: platform, OS: os, ARCH: arch, VARIANT: variant };
  return Object.fromEntries(automatic.map((name) => [name, values[name.replace(/^TARGET|^BUILD/, '')] ?? '']));
}

export function isAutomatic(name: string): boolean {
  return automatic.includes(name);
}
