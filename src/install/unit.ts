import { account, places } from './places.ts';

export interface Unit {
  /** Path of Node. */
  node: string;
  /** How long a stop may take, milliseconds. */
  stopMs: number;
  /** What the service may write beside its data folder. */
  folders: readonly string[];
}

/** A stop ends 10 s after its grace at most, and the supervisor needs a moment, milliseconds. */
export const stopMarginMs = 15_000;

/** As `npm start` runs it: small young generation, and garbage of the start given back. */
export const nodeOptions = ['--max-semi-space-size=2', '--expose-gc'] as const;

/**
 * The service for systemd. It may write its data folder and those that its variables name, sees no home, and can gain no
 * rights; but its group may use the Engine, which is as much as root.
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
 */
export function unitText({ folders, node, stopMs }: Unit): string {
  const writable = [places.data, ...folders].map(quoted).join(' ');
  return `# Written by \`shipmate install\`, which writes it again. Changes of your own: systemctl edit shipmate
[Unit]
Description=Shipmate: deployments to Docker Swarm from chat and git
Wants=network-online.target docker.service
After=network-online.target docker.service

[Service]
Type=exec
User=${account}
Group=${account}
WorkingDirectory=${places.data}
CacheDirectory=shipmate
Environment=NODE_ENV=production NODE_COMPILE_CACHE=${places.cache} SHIPMATE_DATA_DIR=${places.data}
# The journal gets levels; a format among the variables takes precedence.
Environment=SHIPMATE_LOG_FORMAT=journald
SyslogIdentifier=shipmate
EnvironmentFile=${places.environment}
ExecStart=${node} ${nodeOptions.join(' ')} ${places.current}/bundle/main.bundle.mjs --no-console
Restart=always
RestartSec=5
# Running work gets SHIPMATE_STOP_GRACE. The signal is for Shipmate alone: it stops its PostgreSQL when it needs it no more.
KillMode=mixed
TimeoutStopSec=${Math.ceil(stopMs / 1_000)}
# A core file would hold the key and secrets in use.
LimitCORE=0
# Node compiles at run time: MemoryDenyWriteExecute would end it.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths=${writable}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** @see systemd.syntax(7), and systemd.unit(5) for specifiers */
function quoted(path: string): string {
  const plain = path.replaceAll('%', '%%');
  return /[\s"'\\]/.test(plain) ? `"${plain.replaceAll(/["\\]/g, String.raw`\$&`)}"` : plain;
}
