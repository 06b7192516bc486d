/** One thing about a domain that was looked at: how it is and, unless it is well, the next step. */
export interface Finding {
  part: 'Application' | 'DNS' | 'Port' | 'Certificate';
  state: 'good' | 'warning' | 'wrong';
  text: string;
}
