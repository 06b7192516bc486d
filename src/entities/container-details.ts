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
  capDrop?: string[];
  /** In the Engine's format: `10.0.0.1 name`. */
  extraHosts?: string[];
}
