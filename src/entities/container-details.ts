/** What a compose file may say of a service's containers beside what every application has. */
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
  /** As the Engine has them: `10.0.0.1 name`. */
  extraHosts?: string[];
}
