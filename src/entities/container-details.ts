/** Container options that only compose files have. */
export interface ContainerDetails {
  user?: string;
  workingDir?: string;
  hostname?: string;
  init?: boolean;
  readOnly?: boolean;
  stopSignal?: string;
  tty?: boolean;
  openStdin?: boolean;
  groups?: string[];
  capAdd?: string[];
  capDrop?: string[];
  sysctls?: Record<string, string>;
  /** -1 is no limit. */
  ulimits?: { name: string; soft: number; hard: number }[];
  dns?: { servers: string[]; search: string[]; options: string[] };
  /** In the Engine's format: `10.0.0.1 name`. */
  extraHosts?: string[];
}
