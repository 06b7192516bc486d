/** `data:/var/lib/data:ro`, `./conf:/etc/app`, `/srv/media:/media`, `/cache` without a name. */
export function expandVolume(text: string): unknown {
  const [source = '', target, mode, ...more] = text.split(':');
  if (target === undefined) return { type: 'volume', target: source };
  if (more.length > 0) throw new Error(`\`${text}\` is not \`volume:/path\` or \`volume:/path:ro\``);
  const type = isHostPath(source) ? 'bind' : 'volume';
  const modes = mode?.split(',') ?? [];
  const unknown = modes.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Error(`\`${text}\`: \`${unknown}\` is not supported; \`ro\` and \`rw\` are`);
  return { type, source, target, read_only: modes.includes('ro') };
}

/** What changes nothing for an overlay of one user: SELinux labels, consistency and propagation. */
const known = ['ro', 'rw', 'z', 'Z', 'nocopy', 'cached', 'delegated', 'consistent', 'rslave', 'rshared', 'rprivate'];

export function isHostPath(source: string): boolean {
  return /^[./~\\]/.test(source);
}

/** `/run`, `/run:size=64m`, `/run:mode=1777,noexec`: options but the size and the mode keep their defaults. */
export function expandTmpfs(text: string): unknown {
  const [target, options = ''] = text.split(':');
  const given = options.split(',').filter((one) => one !== '');
  const unknown = given.find(
    (one) => !/^(size=[\w.]+|mode=[0-7]{3,4}|uid=\d+|gid=\d+|rw|(no)?(exec|suid|dev|atime))$/.test(one),
  );
  if (unknown !== undefined) throw new Error(`\`${text}\`: \`${unknown}\` is not an option of a tmpfs`);
  const find = (key: string) => given.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1);
  const size = find('size');
  const mode = find('mode');
  return {
    type: 'tmpfs',
    target,
    ...((size ?? mode) !== undefined && {
      tmpfs: { ...(size !== undefined && { size }), ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }) },
    }),
  };
}
