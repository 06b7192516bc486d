/** One thing about a domain that was looked at: how it is and, unless it is well, the next step. */
export interface Finding {
  part: 'Application' | 'Database' | 'DNS' | 'Port' | 'Access' | 'Certificate' | 'Renewal';
  state: 'good' | 'warning' | 'wrong';
  text: string;
}
