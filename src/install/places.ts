/** Where an installation lies on its machine. */
export const places = {
  /** A folder for each version that is kept, and the link `current`. */
  program: '/opt/shipmate',
  current: '/opt/shipmate/current',
  command: '/usr/local/bin/shipmate',
  /** Not the folder above it: a Shipmate that root starts by hand may have a database there. */
  data: '/var/lib/shipmate/data',
  cache: '/var/cache/shipmate',
  settings: '/etc/shipmate',
  environment: '/etc/shipmate/shipmate.env',
  /** What the installation brought to the machine; only root may write it, since root acts on it. */
  record: '/etc/shipmate/installed.json',
  /** There from the first change to the restart that it needs, in case the installation ends in between. */
  restart: '/etc/shipmate/restart-needed',
  unit: '/etc/systemd/system/shipmate.service',
} as const;

/** The system user, and its group. */
export const account = 'shipmate';

export const unitName = 'shipmate.service';

/** The published package; the name without a scope belongs to nobody. */
export const packageName = '@shipmate-deploy/shipmate';
